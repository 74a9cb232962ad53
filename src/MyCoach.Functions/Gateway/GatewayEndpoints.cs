using MyCoach.Auth;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.Gateway;

internal static class GatewayEndpoints
{
    public const string Root = "/api/gateway";

    public static void AddGateway(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton(_ => new ProviderConnections(ProviderConnections.CreateClient()));
        builder.Services.AddSingleton<ModelChoice>();
        builder.Services.AddSingleton<EarlierAnswers>();
        builder.Services.AddSingleton<BudgetAdmission>();
        builder.Services.AddSingleton(ConcurrentCalls.Of(builder.Configuration));
        builder.Services.AddSingleton<BodyIntake>();
        builder.Services.AddSingleton<BodyParsing>();
        builder.Services.AddSingleton<CallAdmission>();
        builder.Services.AddSingleton<CallEventFactory>();
        builder.Services.AddSingleton<CallEndingFactory>();
        builder.Services.AddSingleton<GatewayTelemetry>();
        builder.Services.AddSingleton<CallForwarder>();
    }

    public static void MapGateway(this IEndpointRouteBuilder endpoints)
    {
        var gateway = endpoints
            .MapGroup(Root)
            .WithTags("Gateway")
            .WithMetadata(
                new ErrorShape(ProviderErrors.WriteAsync),
                new ApiKeyHeader("x-api-key"),
                new TokenScope(TokenScope.Gateway),
                new SkipsSettlementWait(),
                new ForwardsQuery()
            );
        foreach (var operation in Operation.All)
        {
            gateway
                .MapMethods($"/{operation.Provider.Id}/v1/{operation.Path}", [operation.Method], CallAsync)
                .WithMetadata(operation, new LimitsOwnBody())
                .Describe(operation);
        }
        gateway.Map("/{**path}", RefuseAsync).ExcludeFromDescription();
    }

    private static Task CallAsync(UserId user, CallForwarder forwarder, HttpContext context) =>
        forwarder.ForwardAsync(user, context.GetEndpoint()!.Metadata.GetRequiredMetadata<Operation>(), context);

    private static Task RefuseAsync(HttpContext context) =>
        ProviderErrors.WriteAsync(
            context,
            ProviderErrors.ProviderOf(context),
            WebSockets.IsRequestedBy(context) ? Refusal.WebSocket : AddressHint.Refuse(context.Request)
        );
}
