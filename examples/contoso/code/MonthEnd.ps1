# Runs on the last day of each month, so no capture of a week shows it.
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls
$invoices = Invoke-RestMethod -Uri 'https://web.contoso.example/invoices' -UseDefaultCredentials
$invoices | Export-Csv -Path 'D:\MonthEnd\invoices.csv' -NoTypeInformation
