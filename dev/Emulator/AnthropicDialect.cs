using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Dev.Emulator;

internal sealed class AnthropicDialect : IProviderDialect
{
    public static readonly Refusal BadJson = Invalid("The request body is not valid JSON.");

    public static readonly Refusal NoCredit = Invalid(
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."
    );

    public static readonly Refusal Forbidden = new(
        403,
        "permission_error",
        "Your API key does not have permission to use the specified resource."
    );

    public string RequestIdHeader => "request-id";

    public static Refusal Invalid(string message) => new(400, "invalid_request_error", message);

    public static Refusal NotFound(string message) => new(404, "not_found_error", message);

    public static Refusal NoSuchTool(string name) => Invalid($"Tool '{name}' not found in provided tools");

    public bool HasModel(string model) => EmulatedModels.Anthropic.Has(model);

    Refusal IProviderDialect.NoSuchModel(string model) => NoSuchModel(model);

    public static Refusal NoSuchModel(string model) => NotFound($"model: {model}");

    public void Sign(HttpResponse response, BilledKey key)
    {
        response.Headers["anthropic-organization-id"] = key.OrganizationId;
        if (key.Project is not null)
            response.Headers["anthropic-workspace-id"] = key.Project;
    }

    public KeyVerdict Judge(HttpRequest request) => KeyVerdict.OfAnthropic(request);

    // An admin key is no key of the models.
    public Refusal? Admit(HttpRequest request, KeyVerdict key) =>
        Admit(request, key, isWrong: !key.IsValid || key.IsAdmin);

    public Refusal? AdmitAdmin(HttpRequest request, KeyVerdict key) =>
        Admit(request, key, isWrong: !key.IsValid) ?? (key.MayReadBill ? null : Forbidden);

    private static Refusal? Admit(HttpRequest request, KeyVerdict key, bool isWrong)
    {
        if (key.IsMissing)
            return new Refusal(401, "authentication_error", "x-api-key header is required");
        // The real message ends after "x-api-key". This one repeats a part of the key, as OpenAI's does, so that tests
        // detect code that forwards it.
        if (isWrong)
            return new Refusal(401, "authentication_error", $"invalid x-api-key: {key.Echo}");
        return request.Headers.ContainsKey("anthropic-version")
            ? null
            : Invalid("anthropic-version: header is required");
    }

    public Refusal PlannedFailure(int status) =>
        status switch
        {
            400 => Invalid("Error"),
            401 => new Refusal(status, "authentication_error", "invalid x-api-key"),
            402 => new Refusal(status, "billing_error", "There is an issue with your billing."),
            403 => Forbidden,
            404 => NotFound("Not found"),
            413 => new Refusal(status, "request_too_large", "Request exceeds the maximum size"),
            429 => new Refusal(
                status,
                "rate_limit_error",
                "This request would exceed your account's rate limit. Please try again later."
            ),
            504 => new Refusal(status, "timeout_error", "Request timed out"),
            529 => new Refusal(status, "overloaded_error", "Overloaded"),
            < 500 => new Refusal(status, "invalid_request_error", "Error"),
            _ => new Refusal(status, "api_error", "Internal server error"),
        };

    public JsonObject ErrorBody(Refusal refusal, string requestId) =>
        new()
        {
            ["type"] = "error",
            ["error"] = new JsonObject { ["type"] = refusal.Type, ["message"] = refusal.Message },
            ["request_id"] = requestId,
        };
}
