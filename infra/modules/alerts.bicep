metadata description = 'Alerts the operators when calls fail and when the roll-up stops.'

param name string
param location string
param appId string
param insightsId string

@description('The e-mail address of the operators.')
param email string

@description('How many minutes without a successful roll-up raise the alert.')
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
    description: 'No roll-up has succeeded lately. Budgets are still enforced, but lost calls are not charged and no budget alerts are sent.'
    enabled: true
    severity: 1
    scopes: [insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT${silentMinutes}M'
    autoMitigate: true
    criteria: {
      allOf: [
        {
          // Counts a log line of the program, because the requests of the timer are sampled. Without "by", summarize returns a row even if nothing matches.
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
