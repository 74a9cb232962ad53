using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using MyCoach.Accounts;
using MyCoach.Agents;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.Gateway;
using MyCoach.ProviderKeys;
using MyCoach.Settings;
using MyCoach.Usage;

namespace MyCoach.Hosting;

/// <summary>Everything that crosses the wire, generated at build time: Native AOT has no reflection to find it.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AccountView))]
[JsonSerializable(typeof(ActivityList))]
[JsonSerializable(typeof(AgentList))]
[JsonSerializable(typeof(AgentPut))]
[JsonSerializable(typeof(AlertMessage))]
[JsonSerializable(typeof(AnthropicError))]
[JsonSerializable(typeof(ApiKeyList))]
[JsonSerializable(typeof(ApiKeyPut))]
[JsonSerializable(typeof(BudgetView))]
[JsonSerializable(typeof(DataKeyList))]
[JsonSerializable(typeof(HealthView))]
[JsonSerializable(typeof(ModelListView))]
[JsonSerializable(typeof(OpenAiError))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string[]>))]
[JsonSerializable(typeof(SettingsPatch))]
[JsonSerializable(typeof(SettingsView))]
[JsonSerializable(typeof(SummaryView))]
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
    /// <summary>Refuses bodies in another character encoding than UTF-8, some of which the framework would stumble over.</summary>
    public static void UseUtf8Bodies(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
                MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.Charset.HasValue && type.Encoding is not UTF8Encoding
                    ? Problems.WriteAsync(context, Problems.For(StatusCodes.Status415UnsupportedMediaType))
                    : next(context)
        );

    public static void AddWireJson(this IHostApplicationBuilder builder)
    {
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, WireJson.Default);
            json.SerializerOptions.Converters.Add(new WireTime());
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.AllowDuplicateProperties = false;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        // Bad requests come to the exception handler, which answers all of them in one form.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }
}
