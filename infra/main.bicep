metadata description = 'The storage that MyCoach keeps its rows in. Keys of the account are off: only identities reach it.'

@description('Where the resources are made.')
param location string = resourceGroup().location

@description('The name of the storage account: 3 to 24 lower-case letters and digits, unique in Azure.')
@minLength(3)
@maxLength(24)
param storageAccountName string = 'mycoach${uniqueString(resourceGroup().id)}'

resource storage 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: storageAccountName
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

@description('The value of the setting Storage__TableServiceUri.')
output tableServiceUri string = storage.properties.primaryEndpoints.table
