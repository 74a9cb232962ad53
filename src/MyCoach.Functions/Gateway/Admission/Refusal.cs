using System.Globalization;
using MyCoach.Bounds;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Storage;

namespace MyCoach.Gateway;

/// <summary>Why the gateway itself does not answer with what a provider said.</summary>
internal sealed record Refusal(int Status, string Code, string Message)
{
    private const int MostNameLength = 500;

    /// <summary>Whether the same call can succeed later without anybody changing anything. Else SDKs are told not to try.</summary>
    public bool MayBeRepeated => Code is "storage_unavailable" or "provider_unreachable" or "provider_timeout" or "too_many_requests" or "internal";

    public static Refusal NotSupported(string path) =>
        new(StatusCodes.Status404NotFound, "endpoint_not_supported", $"The gateway does not forward {path}.");

    public static Refusal NoApiKey(string provider) =>
        new(StatusCodes.Status403Forbidden, "no_api_key", $"There is no {provider} key. Store one with PUT /api/keys/{provider}.");

    public static Refusal KeyInvalid(string provider) =>
        new(StatusCodes.Status403Forbidden, "key_rejected", $"{provider} refused the stored key before. Replace it with PUT /api/keys/{provider}.");

    public static Refusal KeyRejected(string provider) =>
        new(StatusCodes.Status401Unauthorized, "key_rejected", $"{provider} refused the stored key. Replace it with PUT /api/keys/{provider}.");

    public static readonly Refusal EncryptionUnavailable = new(
        StatusCodes.Status503ServiceUnavailable,
        "encryption_unavailable",
        "The data key that reads the stored key is not available."
    );

    public static Refusal Invalid(string message) => new(StatusCodes.Status400BadRequest, "invalid_request", message);

    public static readonly Refusal NotJson = Invalid("The body must be a JSON object in UTF-8, at most 64 levels deep, with each member once.");

    public static readonly Refusal Background = Invalid("background is not supported: the call would go on where its usage cannot be seen.");

    public static readonly Refusal UnsupportedMediaType = new(
        StatusCodes.Status415UnsupportedMediaType,
        "unsupported_media_type",
        "The body must be JSON in UTF-8, with Content-Type application/json and without Content-Encoding."
    );

    public static readonly Refusal TooManyBytes = new(
        StatusCodes.Status429TooManyRequests,
        "too_many_requests",
        "The bodies of the calls under way take as much memory as there is for them. Try again when some have ended."
    );

    public static readonly Refusal SlowUpload = new(
        StatusCodes.Status408RequestTimeout,
        "request_timeout",
        "The body had not arrived after two minutes."
    );

    public static Refusal ModelUnpriced(string model) =>
        new(
            StatusCodes.Status402PaymentRequired,
            "model_unpriced",
            $"The price of {Short(model)} is not known, so that no budget can hold it. Use a model of GET /api/models, or set allowUnpricedModels."
        );

    private static string Short(string text) => text.Length <= MostNameLength ? text : $"{text[..MostNameLength]}…";

    /// <param name="what">In the request, has no end.</param>
    public static Refusal CostUnbounded(string what) =>
        new(
            StatusCodes.Status402PaymentRequired,
            "cost_unbounded",
            $"Your budget cannot hold this call, because nothing limits what it may cost: {Short(what)}. Leave that out, state a limit, or remove the budget."
        );

    public static Refusal BudgetExceeded(BudgetRefusal refused, Month month, CostFactors factors)
    {
        var (ledger, bound, limit) = (refused.Ledger, refused.Bound, factors.HasPrediction ? null : factors.OutputLimitName);
        // To state one where there was none makes the body longer.
        var more = limit is not null && factors.IsOutputLimitOpen && factors.IsInline ? $",\"{limit}\":1000000".Length : 0;
        var fits =
            limit is null ? ""
            : bound.LargestLimit(refused.Available, more) is { } largest && largest >= LeastLimit(limit)
                ? $" With {limit} of at most {largest} it would fit."
            : $" Its input alone may cost {Dollars(bound.Fixed?.Total ?? PicoUsd.Zero)}, so no output limit would make it fit.";
        return new Refusal(
            StatusCodes.Status402PaymentRequired,
            "budget_exceeded",
            $"This call may cost up to {Dollars(bound.Amount)}, and the budget of {Dollars(ledger.Budget!.Value)} for {month} has {Dollars(ledger.Spent)} spent"
                + $" and {Dollars(ledger.Reserved)} held for calls under way.{fits} The budget resets at {month.End:yyyy-MM-ddTHH:mm:ssZ}."
        );

        // OpenAI's Responses take no lower one.
        static long LeastLimit(string limit) => limit == "max_output_tokens" ? 16 : 1;

        static string Dollars(PicoUsd amount) => string.Create(CultureInfo.InvariantCulture, $"${amount.Usd:0.00####}");
    }

    public static readonly Refusal ProviderBrokeOff = new(
        StatusCodes.Status502BadGateway,
        "provider_unreachable",
        "The provider broke the connection while it was at work. What that may have cost is estimated."
    );

    public static readonly Refusal UseStreaming = new(
        StatusCodes.Status504GatewayTimeout,
        "use_streaming",
        "The provider had not answered after 220 seconds, which is as long as a connection may be silent here. Ask for the answer as a stream."
    );

    public static readonly Refusal ProviderTimeout = new(
        StatusCodes.Status504GatewayTimeout,
        "provider_timeout",
        "The provider had not begun to answer after 220 seconds."
    );

    public static readonly Refusal ProviderUnreachable = new(
        StatusCodes.Status502BadGateway,
        "provider_unreachable",
        "The provider could not be reached, or broke the connection before it answered. Nothing was charged here."
    );
}
