# {{TITLE}}: did it take?
#
# Reads the values back and changes nothing.
#
#   powershell.exe -ExecutionPolicy Bypass -File .\verify.ps1
#   powershell.exe -ExecutionPolicy Bypass -File .\verify.ps1 -Target server.example:443
#
# With -Target it also connects there and asks for {{VERSION}}. Ends with 0 if
# all is as wanted, else with 3.
[CmdletBinding()]
param([string]$Target)

$ErrorActionPreference = 'Stop'

# Key, Name, Value
$cells = @(
{{CELLS}}
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
        $version = [System.Security.Authentication.SslProtocols]'{{DOTNET}}'
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
