using MyCoach.Auth;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Settings;
using MyCoach.Users;

namespace MyCoach.Gateway;

/// <summary>A call that is being admitted. Each step of <see cref="CallAdmission"/> adds what it finds.</summary>
internal sealed class CallRequest(UserId user, Operation operation, HttpContext context)
{
    public UserId User => user;

    public Operation Operation => operation;

    public Provider Provider => operation.Provider;

    public HttpContext Context => context;

    public CancellationToken Cancellation => context.RequestAborted;

    /// <summary>The token of the request, if MyCoach issued it; else null.</summary>
    public UserToken? Token { get; set; } = context.Features.Get<UserToken>();

    public string? ConversationId { get; set; }

    public string? AgentId { get; set; }

    /// <summary>Null before it is read, or if it is malformed.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; set; }

    public ProviderKey? Key { get; set; }

    /// <summary>
    /// The provider's address, or that of the key's region, whose host decides the price of regional processing.
    /// </summary>
    public Uri? Address { get; set; }

    /// <summary>Null if the operation takes no body.</summary>
    public ReceivedBody? Received { get; set; }

    /// <summary>Null if neither the user nor the token has a budget, or the call costs nothing.</summary>
    public UserSettings? Budget { get; set; }

    /// <summary>Null if the operation takes no body.</summary>
    public CallBody? Body { get; set; }

    public DateTimeOffset BeganAt { get; private set; }

    /// <summary>The price book in force when the call began, which prices its bound and its charge.</summary>
    public ModelCatalogue Prices { get; private set; } = ModelCatalogue.Embedded;

    /// <summary>The caller's part of the usage event's id.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Null if no budget limits the call.</summary>
    public HeldReservation? Reservation { get; set; }

    public void Begin(DateTimeOffset now, ModelCatalogue prices)
    {
        (Id, BeganAt) = GatewayIds.New(now);
        Prices = prices;
    }

    /// <summary>The call, once every step has let it pass.</summary>
    public GatewayCall ToCall()
    {
        if (Reservation?.Reservation.OutputLimit is { } limit)
        {
            Body!.LimitOutput(limit);
        }
        if (Reservation?.Reservation.ToolLimit is { } uses)
        {
            Body!.LimitTools(uses);
        }
        return new GatewayCall(this);
    }
}
