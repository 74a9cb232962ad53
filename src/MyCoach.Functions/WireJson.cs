using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Accounts;
using MyCoach.Agents;
using MyCoach.Billing;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.Exports;
using MyCoach.Health;
using MyCoach.Http;
using MyCoach.Prices;
using MyCoach.ProviderKeys;
using MyCoach.Settings;
using MyCoach.Tokens;
using MyCoach.Usage;
using MyCoach.Web;

namespace MyCoach;

/// <summary>
/// JSON serialisers of all wire types, generated at build time because Native AOT cannot find them by reflection.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AccountExportView))]
[JsonSerializable(typeof(AccountView))]
[JsonSerializable(typeof(ActivityList))]
[JsonSerializable(typeof(AgentList))]
[JsonSerializable(typeof(AgentPut))]
[JsonSerializable(typeof(ProviderKeyList))]
[JsonSerializable(typeof(ProviderKeyPut))]
[JsonSerializable(typeof(BillingList))]
[JsonSerializable(typeof(BillingPut))]
[JsonSerializable(typeof(BillingSyncView))]
[JsonSerializable(typeof(InvoicePut))]
[JsonSerializable(typeof(InvoiceView))]
[JsonSerializable(typeof(ObservedPriceList))]
[JsonSerializable(typeof(ReconciliationView))]
[JsonSerializable(typeof(StatementView))]
[JsonSerializable(typeof(BudgetView))]
[JsonSerializable(typeof(DataKeyList))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(ModelListView))]
[JsonSerializable(typeof(PageConfig))]
[JsonSerializable(typeof(PriceChangesView))]
[JsonSerializable(typeof(PriceProposalView))]
[JsonSerializable(typeof(PricePut))]
[JsonSerializable(typeof(PriceVersionList))]
[JsonSerializable(typeof(PriceVersionView))]
[JsonSerializable(typeof(RepricedUsageList))]
[JsonSerializable(typeof(UnpricedModelList))]
[JsonSerializable(typeof(RepricingRequest))]
[JsonSerializable(typeof(RepricingView))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string[]>))]
[JsonSerializable(typeof(SettingsPatch))]
[JsonSerializable(typeof(SettingsView))]
[JsonSerializable(typeof(SummaryView))]
[JsonSerializable(typeof(RecordedEventView))]
[JsonSerializable(typeof(TokenList))]
[JsonSerializable(typeof(NewTokenView))]
[JsonSerializable(typeof(TokenPatch))]
[JsonSerializable(typeof(TokenPost))]
[JsonSerializable(typeof(TokenRotation))]
[JsonSerializable(typeof(UsageEventView))]
[JsonSerializable(typeof(UsageList))]
[JsonSerializable(typeof(UsageBatch))]
[JsonSerializable(typeof(UsageBatchView))]
[JsonSerializable(typeof(UsagePost))]
[JsonSerializable(typeof(UsageRequest))]
[JsonSerializable(typeof(UsageReceiptView))]
internal sealed partial class WireJson : JsonSerializerContext;

internal static class WireJsonServices
{
    public static void AddWireJson(this IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, WireJson.Default);
            json.SerializerOptions.Converters.Add(new WireTime());
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        // Let the exception handler answer bad requests, so that they get the same problem format as all errors.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }
}
