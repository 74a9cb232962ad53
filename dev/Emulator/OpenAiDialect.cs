using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Dev.Emulator;

internal sealed class OpenAiDialect : IProviderDialect
{
    private const string InsufficientQuota = "insufficient_quota";
    private const string InvalidRequest = "invalid_request_error";

    public static readonly Refusal BadJson = Invalid(
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. "
            + "The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)"
    );

    public static readonly Refusal NoModel = Invalid("you must provide a model parameter");

    public static readonly Refusal NoCredit = new(
        429,
        InsufficientQuota,
        "You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: "
            + "https://platform.openai.com/docs/guides/error-codes/api-errors.",
        InsufficientQuota
    );

    public static readonly Refusal ModelsForbidden = MissingScope("api.model.read");

    public string RequestIdHeader => "x-request-id";

    public static Refusal Invalid(string message, string? code = null, string? param = null) =>
        new(400, InvalidRequest, message, code, param);

    public static Refusal Missing(string name) =>
        Invalid($"Missing required parameter: '{name}'.", "missing_required_parameter", name);

    public static Refusal TooSmall(string name, long value) =>
        Invalid(
            $"Invalid '{name}': integer below minimum value. Expected a value >= 1, but got {value} instead.",
            "integer_below_min_value",
            name
        );

    public bool HasModel(string model) => EmulatedModels.OpenAi.Has(model);

    Refusal IProviderDialect.NoSuchModel(string model) => NoSuchModel(model);

    public static Refusal NoSuchModel(string model) =>
        new(
            404,
            InvalidRequest,
            $"The model `{model}` does not exist or you do not have access to it.",
            "model_not_found"
        );

    public static Refusal MissingScope(string scope) =>
        new(
            403,
            InvalidRequest,
            $"You have insufficient permissions for this operation. Missing scopes: {scope}. Check that you have the correct role in your "
                + "organization (Reader, Writer, Owner) and project (Member, Owner), and if you're using a restricted API key, that it has "
                + "the necessary scopes.",
            "missing_scope"
        );

    public static Refusal NoSuchProject(string id) =>
        new(404, InvalidRequest, $"Project with id '{id}' not found.", "not_found");

    public static Refusal NoSuchTool(string name) =>
        Invalid($"Tool choice '{name}' not found in 'tools' parameter.", code: null, "tool_choice");

    public static Refusal NoSuchResponse(string id) => new(404, InvalidRequest, $"Response with id '{id}' not found.");

    public static Refusal NoSuchPath(HttpRequest request, string path) =>
        new(404, InvalidRequest, $"Invalid URL ({request.Method} {path})");

    public KeyVerdict Judge(HttpRequest request) => KeyVerdict.OfOpenAi(request);

    public void Sign(HttpResponse response, BilledKey key)
    {
        response.Headers["openai-organization"] = key.OrganizationId;
        if (!key.IsAdmin)
            response.Headers["openai-project"] = key.Project;
    }

    public Refusal? Admit(HttpRequest request, KeyVerdict key) =>
        Admit(key) ?? (key.IsAdmin ? MissingScope("model.request") : null);

    public Refusal? AdmitAdmin(HttpRequest request, KeyVerdict key) =>
        Admit(key) ?? (key.MayReadBill ? null : MissingScope("api.usage.read"));

    private static Refusal? Admit(KeyVerdict key)
    {
        if (key.IsMissing)
            return new Refusal(
                401,
                InvalidRequest,
                "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth "
                    + "(i.e. Authorization: Bearer YOUR_KEY)."
            );
        return key.IsValid
            ? null
            : new Refusal(
                401,
                InvalidRequest,
                $"Incorrect API key provided: {key.Echo}. You can find your API key at https://platform.openai.com/account/api-keys.",
                "invalid_api_key"
            );
    }

    public Refusal PlannedFailure(int status) =>
        status switch
        {
            401 => new Refusal(status, InvalidRequest, "Incorrect API key provided.", "invalid_api_key"),
            429 => new Refusal(
                status,
                "requests",
                "Rate limit reached for requests. Please try again in 1s.",
                "rate_limit_exceeded"
            ),
            < 500 => new Refusal(status, InvalidRequest, "The request was refused."),
            503 => new Refusal(status, "server_error", "The engine is currently overloaded, please try again later."),
            _ => new Refusal(
                status,
                "server_error",
                "The server had an error while processing your request. Sorry about that!"
            ),
        };

    public JsonObject ErrorBody(Refusal refusal, string requestId) =>
        new()
        {
            ["error"] = new JsonObject
            {
                ["message"] = refusal.Message,
                ["type"] = refusal.Type,
                ["param"] = refusal.Param,
                ["code"] = refusal.Code,
            },
        };
}
