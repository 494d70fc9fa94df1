# Turn TLS 1.2 on in Windows on win10
#
# Writes the values below, and nothing else. Running it again changes nothing.
#
#   powershell.exe -ExecutionPolicy Bypass -File .\change.ps1 -WhatIf    shows what it would do
#   powershell.exe -ExecutionPolicy Bypass -File .\change.ps1            does it
#
# Before the first change it saves what is there in a folder beside itself:
# the keys as reg.exe exports them, and a rollback.reg of exactly these values.
# For Windows PowerShell 5.1; it uses nothing that the 2.0 of Windows 7 lacks.
[CmdletBinding(SupportsShouldProcess = $true)]
param()

$ErrorActionPreference = 'Stop'

# Key, Name, Value
$cells = @(
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v2.0.50727'; Name = 'SystemDefaultTlsVersions'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v2.0.50727'; Name = 'SchUseStrongCrypto'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v4.0.30319'; Name = 'SystemDefaultTlsVersions'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v4.0.30319'; Name = 'SchUseStrongCrypto'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\.NETFramework\v2.0.50727'; Name = 'SystemDefaultTlsVersions'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\.NETFramework\v2.0.50727'; Name = 'SchUseStrongCrypto'; Value = 1 }
    @{ Key = 'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings'; Name = 'SecureProtocols'; Value = 2720 }
    @{ Key = 'HKEY_USERS\S-1-5-21-1004336348-1177238915-682003330-1001\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings'; Name = 'SecureProtocols'; Value = 2720 }
)

# The keys to save
$keys = @(
    'HKEY_LOCAL_MACHINE\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v2.0.50727'
    'HKEY_LOCAL_MACHINE\SOFTWARE\Wow6432Node\Microsoft\.NETFramework\v4.0.30319'
    'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\.NETFramework\v2.0.50727'
    'HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings'
    'HKEY_USERS\S-1-5-21-1004336348-1177238915-682003330-1001\SOFTWARE\Microsoft\Windows\CurrentVersion\Internet Settings'
)

$who = New-Object Security.Principal.WindowsPrincipal([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $WhatIfPreference -and -not $who.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    throw 'Run this as administrator.'
}
if ($env:PROCESSOR_ARCHITEW6432) {
    throw 'This is a 32-bit PowerShell on 64-bit Windows, which sees another registry. Start the 64-bit one.'
}
if ($env:COMPUTERNAME -ne 'win10') {
    Write-Warning ('Made from the evidence of ' + 'win10' + '; this is ' + $env:COMPUTERNAME + '.')
}

# What differs
$todo = @()
$undo = @('Windows Registry Editor Version 5.00')
foreach ($cell in $cells) {
    if ($cell.Key -match '^HKEY_USERS\\([^\\]+)' -and -not (Test-Path -LiteralPath ('Registry::HKEY_USERS\' + $Matches[1]))) {
        Write-Warning ('not logged on, left alone: ' + $cell.Key)
        continue
    }
    $now = [Microsoft.Win32.Registry]::GetValue($cell.Key, $cell.Name, $null)
    if (($now -is [int]) -and ($now -eq $cell.Value)) {
        Write-Output ('as wanted: {0} {1} = {2}' -f $cell.Key, $cell.Name, $now)
        continue
    }
    $todo += $cell
    $undo += ''
    $undo += '[' + $cell.Key + ']'
    if ($null -eq $now) {
        $undo += '"{0}"=-' -f $cell.Name
    } elseif ($now -is [int]) {
        $undo += '"{0}"=dword:{1:x8}' -f $cell.Name, $now
    } else {
        $undo += '; {0} was no REG_DWORD: see the export of its key' -f $cell.Name
    }
}
if ($todo.Count -eq 0) {
    Write-Output 'Nothing to change.'
    exit 0
}

# The backup
$here = Split-Path -Parent $MyInvocation.MyCommand.Path
$backup = Join-Path $here ('backup-' + (Get-Date -Format 'yyyyMMdd-HHmmss'))
if ($PSCmdlet.ShouldProcess($backup, 'save the present values')) {
    New-Item -ItemType Directory -Path $backup | Out-Null
    $n = 0
    foreach ($key in $keys) {
        $n++
        if (-not (Test-Path -LiteralPath ('Registry::' + $key))) { continue }
        $file = Join-Path $backup ('{0:d2}.reg' -f $n)
        & reg.exe export $key $file /y | Out-Null
        if ($LASTEXITCODE -ne 0) { throw ('reg export of ' + $key + ' failed; nothing was changed') }
    }
    $undo | Out-File -FilePath (Join-Path $backup 'rollback.reg') -Encoding Unicode
    Write-Output ('Saved in ' + $backup)
}

# The change
foreach ($cell in $todo) {
    if ($PSCmdlet.ShouldProcess(($cell.Key + ' ' + $cell.Name), ('set to ' + $cell.Value))) {
        [Microsoft.Win32.Registry]::SetValue($cell.Key, $cell.Name, [int]$cell.Value, [Microsoft.Win32.RegistryValueKind]::DWord)
        Write-Output ('changed: {0} {1} = {2}' -f $cell.Key, $cell.Name, $cell.Value)
    }
}
if (-not $WhatIfPreference) {
    Write-Output 'RESTART this machine: services keep what they read when they started.'
    Write-Output ('The way back: reg import "' + (Join-Path $backup 'rollback.reg') + '", then restart.')
}
