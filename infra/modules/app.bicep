metadata description = 'The function app, an isolated worker, on the Flex Consumption plan.'

param name string
param location string

@description('The identity that the app uses for all other resources.')
param identityId string

@description('The address of the container with the package.')
param packageContainerUri string

@description('The memory of an instance, in MB.')
param instanceMemoryMB int

param maximumInstanceCount int

@description('The origins of the frontend.')
param allowedOrigins string[]

@description('The settings of the program and of its host.')
param settings object

@description('App Service Authentication; null if the program checks bearer tokens itself.')
param appServiceSignIn { clientId: string, issuer: string }?

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: name
  location: location
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  // The Azure Developer CLI finds its deployment target by this tag.
  tags: { 'azd-service-name': 'api' }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      // The platform answers preflights before the program sees them.
      cors: {
        allowedOrigins: allowedOrigins
        supportCredentials: false
      }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: settings
  }

  resource signIn 'config' = if (appServiceSignIn != null) {
    name: 'authsettingsV2'
    properties: {
      platform: { enabled: true }
      globalValidation: {
        // The page loads before its user signs in. The program refuses calls of the API without a caller.
        requireAuthentication: false
        unauthenticatedClientAction: 'AllowAnonymous'
      }
      httpSettings: { requireHttps: true }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: appServiceSignIn.?clientId
            openIdIssuer: appServiceSignIn.?issuer
          }
        }
      }
      login: { tokenStore: { enabled: false } }
    }
  }

  resource noPasswordsAtScm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource noPasswordsAtFtp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }
}

output id string = app.id
output address string = 'https://${app.properties.defaultHostName}'
