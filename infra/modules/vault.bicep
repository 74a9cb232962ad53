metadata description = 'The vault whose key wraps the data keys. Purge protection is on, because losing that key would lose all stored provider keys.'

param name string
param location string

@description('The name of the key.')
param keyName string

@description('The age at which the vault rotates the key, as an ISO 8601 duration.')
param rotateAfter string

@description('The secret that signs budget alerts; empty if none are sent.')
@secure()
param webhookSecret string

@description('Whether to recover the deleted vault.')
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
