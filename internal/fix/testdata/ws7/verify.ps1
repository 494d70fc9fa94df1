# Turn TLS 1.2 on in Windows on WS7-RECEPTION: did it take?
#
# Reads the values back and changes nothing.
#
#   powershell.exe -ExecutionPolicy Bypass -File .\verify.ps1
#   powershell.exe -ExecutionPolicy Bypass -File .\verify.ps1 -Target server.example:443
#
# With -Target it also connects there and asks for TLS 1.2. Ends with 0 if
# all is as wanted, else with 3.
[CmdletBinding()]
param([string]$Target)

$ErrorActionPreference = 'Stop'

# Key, Name, Value
$cells = @(
    @{ Key = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.2\Client'; Name = 'Enabled'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\TLS 1.2\Client'; Name = 'DisabledByDefault'; Value = 0 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings\WinHttp'; Name = 'DefaultSecureProtocols'; Value = 2720 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Wow6432Node\Microsoft\Windows\CurrentVersion\Internet Settings\WinHttp'; Name = 'DefaultSecureProtocols'; Value = 2720 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\.NETFramework\v2.0.50727'; Name = 'SystemDefaultTlsVersions'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\.NETFramework\v2.0.50727'; Name = 'SchUseStrongCrypto'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\.NETFramework\v4.0.30319'; Name = 'SystemDefaultTlsVersions'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\.NETFramework\v4.0.30319'; Name = 'SchUseStrongCrypto'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v2.0.50727'; Name = 'SystemDefaultTlsVersions'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v2.0.50727'; Name = 'SchUseStrongCrypto'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v4.0.30319'; Name = 'SystemDefaultTlsVersions'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v4.0.30319'; Name = 'SchUseStrongCrypto'; Value = 1 }
)

if ($env:PROCESSOR_ARCHITEW6432) {
    throw 'This is a 32-bit PowerShell on 64-bit Windows, which sees another registry. Start the 64-bit one.'
}
$bad = 0
foreach ($cell in $cells) {
    $now = [Microsoft.Win32.Registry]::GetValue($cell.Key, $cell.Name, $null)
    if (($now -is [int]) -and ($now -eq $cell.Value)) {
        Write-Output ('ok     {0} {1} = {2}' -f $cell.Key, $cell.Name, $now)
        continue
    }
    $bad++
    $shown = $now
    if ($null -eq $now) { $shown = 'absent' }
    Write-Output ('WRONG  {0} {1} is {2}, wanted {3}' -f $cell.Key, $cell.Name, $shown, $cell.Value)
}

if ($Target) {
    $name = $Target
    $port = 443
    if ($Target -match '^\[?([^\]]+?)\]?:([0-9]+)$') {
        $name = $Matches[1]
        $port = [int]$Matches[2]
    }
    $socket = $null
    try {
        $version = [System.Security.Authentication.SslProtocols]'Tls12'
        $socket = New-Object System.Net.Sockets.TcpClient($name, $port)
        # The certificate is not what is asked about.
        $accept = [System.Net.Security.RemoteCertificateValidationCallback] { $true }
        $stream = New-Object System.Net.Security.SslStream($socket.GetStream(), $false, $accept)
        $stream.AuthenticateAsClient($name, $null, $version, $false)
        Write-Output ('ok     {0} port {1} agreed on {2}' -f $name, $port, $stream.SslProtocol)
    } catch {
        $bad++
        Write-Output ('WRONG  {0} port {1}: {2}' -f $name, $port, $_.Exception.Message)
    } finally {
        if ($socket) { $socket.Close() }
    }
}
if ($bad -gt 0) { exit 3 }
exit 0
