metadata description = 'The vault whose key wraps the data keys. Nothing in it can be purged before its time, because that would take every stored key with it.'

param name string
param location string

@description('The name of the key.')
param keyName string

@description('How old a version of the key gets before the vault makes the next one, as an ISO 8601 duration.')
param rotateAfter string

@description('What signs the budget alerts; empty: none are sent.')
@secure()
param webhookSecret string

@description('Whether it was deleted and is to come back.')
param recovers bool

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    createMode: recovers ? 'recover' : 'default'
  }

  resource key 'keys' = {
    name: keyName
    properties: {
      kty: 'RSA'
      keySize: 2048
      keyOps: ['wrapKey', 'unwrapKey']
      rotationPolicy: {
        lifetimeActions: [
          {
            action: { type: 'rotate' }
            trigger: { timeAfterCreate: rotateAfter }
          }
        ]
      }
    }
  }

  resource secret 'secrets' = if (!empty(webhookSecret)) {
    name: 'alerts-webhook'
    properties: { value: webhookSecret }
  }
}

output name string = vault.name
output keyName string = vault::key.name
output keyId string = vault::key.properties.keyUri
output webhookSecretUri string = '${vault.properties.vaultUri}secrets/alerts-webhook'
