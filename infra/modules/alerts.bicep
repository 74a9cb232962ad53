metadata description = 'Tells somebody when calls fail, and when the roll-up has fallen silent.'

param name string
param location string
param appId string
param insightsId string

@description('Who is told.')
param email string

@description('After how many minutes without a roll-up that went well.')
param silentMinutes int

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: name
  location: 'global'
  properties: {
    enabled: true
    groupShortName: 'mycoach'
    emailReceivers: [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource failures 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${name}-failures'
  location: 'global'
  properties: {
    description: 'More than 10 calls in 5 minutes were answered with 5xx.'
    enabled: true
    severity: 2
    scopes: [appId]
    evaluationFrequency: 'PT1M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'failures'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.Web/sites'
          metricName: 'Http5xx'
          operator: 'GreaterThan'
          threshold: 10
          timeAggregation: 'Total'
        }
      ]
    }
    actions: [{ actionGroupId: people.id }]
  }
}

resource silence 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: '${name}-silent-rollup'
  location: location
  properties: {
    description: 'No roll-up has gone well lately: budgets are held all the same, but lost calls are not charged and no alert is sent.'
    enabled: true
    severity: 1
    scopes: [insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT${silentMinutes}M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          // What the program logs of a run; requests, which tell of it too, are sampled. Without a "by" it gives a row where there is nothing to count, too.
          query: 'traces | where message has "BudgetRollup succeeded" | summarize Runs = sum(itemCount)'
          metricMeasureColumn: 'Runs'
          timeAggregation: 'Total'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}
