metadata description = 'MyCoach on Azure: a function app on the Flex Consumption plan, its tables, the vault that wraps its data keys, and what watches over it.'

@description('Where the resources are made.')
param location string = resourceGroup().location

@description('What the names of the resources begin with: 2 to 11 lower-case letters and digits, a letter first.')
@minLength(2)
@maxLength(11)
param name string = 'mycoach'

@description('Who is asked who a caller is: the program itself, by bearer tokens of the authority, or App Service Authentication.')
@allowed(['Bearer', 'AppService'])
param authMode string = 'Bearer'

@description('The issuer of the tokens, an https address. With AppService the OpenID issuer.')
param authority string

@description('The audiences of the tokens. With AppService the first one is the client id of the app registration.')
@minLength(1)
param audiences string[]

@description('The claim that is the user id. Never change it later: it names the rows.')
param userIdClaim string = 'sub'

@description('The role of a service that acts for users.')
param serviceRole string = 'MyCoach.Service'

@description('The role of an operator.')
param adminRole string = 'MyCoach.Admin'

@description('The origins of the frontend, such as https://app.example.com; none: no browser calls. Empty ones are passed over.')
param allowedOrigins string[] = []

@description('Put before the name of every table, where several share an account.')
param tablePrefix string = ''

@description('When spend is rolled up, as NCRONTAB.')
param budgetRollupSchedule string = '0 */5 * * * *'

@description('How many months a recorded call is kept after its own: 0 for ever, else 2 at least. Totals stay.')
@minValue(0)
@maxValue(1200)
param usageRetentionMonths int = 0

@description('Where budget alerts are sent, an https address; empty: nowhere.')
param alertsWebhookUrl string = ''

@description('What signs them: whsec_ with 24 to 64 random bytes in base64. It goes into the vault.')
@secure()
param alertsWebhookSecret string = ''

@description('Who is told by e-mail of failures and of a silent roll-up; empty: nobody.')
param operatorsEmail string = ''

@description('How old a version of the wrapping key gets before the vault makes the next one, as an ISO 8601 duration. Only when the key is made.')
param rotateKeyAfter string = 'P180D'

@description('Megabytes of memory of an instance.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('How many instances there may be: the most that a month can cost follows from it.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('How long logs, traces and metrics are kept.')
@minValue(30)
@maxValue(730)
param telemetryRetentionDays int = 30

@description('More settings of the program, such as OTEL_EXPORTER_OTLP_ENDPOINT: a deployment replaces all that are set by hand.')
param moreSettings object = {}

@description('Whether the vault was deleted less than 90 days ago, and is to come back: its name cannot be used anew.')
param recoverVault bool = false

var suffix = uniqueString(resourceGroup().id)
var resourceName = '${name}-${suffix}'
var packageContainer = 'packages'
var keyName = 'data-keys'
var sendsAlerts = !empty(alertsWebhookUrl)

module identity 'modules/identity.bicep' = {
  params: { name: resourceName, location: location }
}

module storage 'modules/storage.bicep' = {
  params: { name: '${name}${suffix}', location: location, packageContainer: packageContainer }
}

module vault 'modules/vault.bicep' = {
  params: {
    name: take(resourceName, 24)
    location: location
    keyName: keyName
    rotateAfter: rotateKeyAfter
    webhookSecret: alertsWebhookSecret
    recovers: recoverVault
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: { name: resourceName, location: location, retentionDays: telemetryRetentionDays }
}

module roles 'modules/roles.bicep' = {
  params: {
    principalId: identity.outputs.principalId
    storageName: storage.outputs.name
    vaultName: vault.outputs.name
    keyName: vault.outputs.keyName
    insightsName: monitoring.outputs.name
    hasWebhookSecret: sendsAlerts
  }
}

var bearer = authMode == 'Bearer'
  ? union(
      { Authentication__Schemes__Bearer__Authority: authority },
      toObject(
        range(0, length(audiences)),
        i => 'Authentication__Schemes__Bearer__ValidAudiences__${i}',
        i => audiences[i]
      )
    )
  : {}
var corsOrigins = filter(allowedOrigins, origin => !empty(origin))
var origins = toObject(range(0, length(corsOrigins)), i => 'Cors__AllowedOrigins__${i}', i => corsOrigins[i])
var alerts = sendsAlerts
  ? {
      Alerts__WebhookUrl: alertsWebhookUrl
      Alerts__WebhookSecret: '@Microsoft.KeyVault(SecretUri=${vault.outputs.webhookSecretUri})'
    }
  : {}

module app 'modules/app.bicep' = {
  params: {
    name: resourceName
    location: location
    identityId: identity.outputs.id
    packageContainerUri: '${storage.outputs.blobServiceUri}${packageContainer}'
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    allowedOrigins: corsOrigins
    appServiceSignIn: authMode == 'AppService' ? { clientId: audiences[0], issuer: authority } : null
    settings: union(
      {
        // The Functions host's own.
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.outputs.clientId
        AzureWebJobsStorage__blobServiceUri: storage.outputs.blobServiceUri
        APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
        // The program's.
        AZURE_CLIENT_ID: identity.outputs.clientId
        Storage__TableServiceUri: storage.outputs.tableServiceUri
        Storage__TablePrefix: tablePrefix
        KeyVault__KeyId: vault.outputs.keyId
        Auth__Mode: authMode
        Auth__UserIdClaim: userIdClaim
        Auth__ServiceRole: serviceRole
        Auth__AdminRole: adminRole
        BudgetRollupSchedule: budgetRollupSchedule
        Usage__RetentionMonths: string(usageRetentionMonths)
      },
      bearer,
      origins,
      alerts,
      moreSettings
    )
  }
  // Its first start needs what they allow.
  dependsOn: [roles]
}

module watch 'modules/alerts.bicep' = if (!empty(operatorsEmail)) {
  params: {
    name: resourceName
    location: location
    appId: app.outputs.id
    insightsId: monitoring.outputs.id
    email: operatorsEmail
    silentMinutes: 30
  }
}

@description('Where the frontend calls: /api/… below it.')
output address string = app.outputs.address

@description('The name of the function app, to which the package is deployed.')
output appName string = resourceName

@description('The value of the setting Storage__TableServiceUri, for backups.')
output tableServiceUri string = storage.outputs.tableServiceUri

@description('The key that wraps the data keys. Whoever loses it loses every stored provider key.')
output keyId string = vault.outputs.keyId
