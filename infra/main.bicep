metadata description = 'MyCoach on Azure: a function app on the Flex Consumption plan, its tables, the vault that wraps its data keys, monitoring and alerts.'

@description('The Azure region of the resources.')
param location string = resourceGroup().location

@description('The prefix of the resource names: 2 to 11 lower-case letters and digits, starting with a letter.')
@minLength(2)
@maxLength(11)
param name string = 'mycoach'

@description('What authenticates callers: the program, with bearer tokens of the authority, or App Service Authentication.')
@allowed(['Bearer', 'AppService'])
param authMode string = 'Bearer'

@description('The issuer of the tokens, an https address. With AppService, the OpenID issuer.')
param authority string

@description('The audiences of the tokens. With AppService, the first one is the client id of the app registration.')
@minLength(1)
param audiences string[]

@description('The claim with the user id. Never change it after the first deployment, because it identifies the users\' rows.')
param userIdClaim string = 'sub'

@description('The role of a service that acts for users.')
param serviceRole string = 'MyCoach.Service'

@description('The role of an operator.')
param adminRole string = 'MyCoach.Admin'

@description('The client id of the page at the issuer, for its sign-in with bearer tokens. Empty: users of the page paste a token.')
param pageClientId string = ''

@description('The scopes that the page asks for. They must give an access token for one of the audiences.')
param pageScope string = 'openid profile offline_access'

@description('The origins of the frontend, such as https://app.example.com. Without any, only the page of MyCoach can call the API from browsers. Empty entries are ignored.')
param allowedOrigins string[] = []

@description('A prefix for all table names, for several deployments that share a storage account.')
param tablePrefix string = ''

@description('The schedule of the spend roll-up, in NCRONTAB format.')
param budgetRollupSchedule string = '0 */5 * * * *'

@description('When the bills of users\' organisations are read, as NCRONTAB with six fields, in UTC.')
param billingSyncSchedule string = '0 15 3 * * *'

@description('How many months to keep recorded calls after their own month: 0 to keep them forever, otherwise at least 2. Totals are always kept.')
@minValue(0)
@maxValue(1200)
param usageRetentionMonths int = 0

@description('How many gateway calls a user may have under way on one instance.')
@minValue(1)
@maxValue(10000)
param maxConcurrentCalls int = 64

@description('Whether users may choose models that the catalogue does not know.')
param allowUnknownModels bool = false

@description('The https address of your own feed of corrected prices. Empty for none.')
param pricesFeedUrl string = ''

@description('The https address that receives alerts about budgets and models. Empty to send none.')
param alertsWebhookUrl string = ''

@description('The secret that signs these alerts: whsec_ with 24 to 64 random bytes in base64. It is stored in the vault.')
@secure()
param alertsWebhookSecret string = ''

@description('The e-mail address for alerts about failed calls and a roll-up that stopped. Empty to create no alerts.')
param operatorsEmail string = ''

@description('The age at which the vault rotates the wrapping key, as an ISO 8601 duration. It applies only when the key is created.')
param rotateKeyAfter string = 'P180D'

@description('The memory of an instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('The maximum number of instances. It limits the cost of a month.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('How many days to keep logs, traces and metrics.')
@minValue(30)
@maxValue(730)
param telemetryRetentionDays int = 30

@description('Additional settings of the program, such as OTEL_EXPORTER_OTLP_ENDPOINT. A deployment removes settings that were made by hand.')
param moreSettings object = {}

@description('Whether to recover the vault if it was deleted less than 90 days ago. For that time its name cannot be reused.')
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
var page = authMode == 'Bearer' && !empty(pageClientId)
  ? { Web__Authority: authority, Web__ClientId: pageClientId, Web__Scope: pageScope }
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
        // Settings of the Functions host.
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.outputs.clientId
        AzureWebJobsStorage__blobServiceUri: storage.outputs.blobServiceUri
        APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
        // Its own home page, which it would show until the program has started.
        AzureWebJobsDisableHomepage: 'true'
        // Settings of the program.
        AZURE_CLIENT_ID: identity.outputs.clientId
        Storage__TableServiceUri: storage.outputs.tableServiceUri
        Storage__TablePrefix: tablePrefix
        KeyVault__KeyId: vault.outputs.keyId
        Auth__Mode: authMode
        Auth__UserIdClaim: userIdClaim
        Auth__ServiceRole: serviceRole
        Auth__AdminRole: adminRole
        BudgetRollupSchedule: budgetRollupSchedule
        BillingSyncSchedule: billingSyncSchedule
        Usage__RetentionMonths: string(usageRetentionMonths)
        Gateway__MaxConcurrentCalls: string(maxConcurrentCalls)
        Models__AllowUnknown: string(allowUnknownModels)
        Prices__FeedUrl: pricesFeedUrl
      },
      bearer,
      page,
      origins,
      alerts,
      moreSettings
    )
  }
  // The app needs the roles at its first start.
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

@description('The address of the page and the API: a frontend calls /api/… below it.')
output address string = app.outputs.address

@description('The name of the function app, the target of package deployments.')
output appName string = resourceName

@description('The value of the setting Storage__TableServiceUri, for backups.')
output tableServiceUri string = storage.outputs.tableServiceUri

@description('The key that wraps the data keys. If it is lost, all stored provider keys are lost.')
output keyId string = vault.outputs.keyId
