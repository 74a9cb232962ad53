using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Providers;

namespace MyCoach.Gateway;

/// <summary>
/// Writes the gateway's refusals in the called provider's error format, so that its SDK raises its usual exception.
/// The <c>code</c> is in <c>X-MyCoach-Error</c>.
/// </summary>
internal static class ProviderErrors
{
    public const string CodeHeader = "X-MyCoach-Error";

    public static Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        var status = problem.Status ?? StatusCodes.Status500InternalServerError;
        var code = problem.Extensions["code"] as string ?? "internal";
        var text = status switch
        {
            StatusCodes.Status415UnsupportedMediaType => Refusal.UnsupportedMediaType.Message,
            _ => TextOf(problem),
        };
        return WriteAsync(context, ProviderOf(context), new Refusal(status, code, text));
    }

    public static async Task WriteAsync(HttpContext context, Provider provider, Refusal refusal)
    {
        var response = context.Response;
        response.StatusCode = CodexCli.IsCalling(context.Request) ? CodexCli.StatusOf(refusal) : refusal.Status;
        response.ContentType = "application/json";
        response.Headers[CodeHeader] = refusal.Code;
        if (!refusal.IsRetriable)
        {
            response.Headers["x-should-retry"] = "false";
        }
        WebSockets.NameProtocol(response);
        var body =
            provider == Provider.Anthropic
                ? JsonSerializer.SerializeToUtf8Bytes(
                    new AnthropicError(
                        "error",
                        new AnthropicErrorDetail(
                            refusal.ProviderReason ?? AnthropicType(refusal.Status),
                            refusal.Message
                        )
                    ),
                    ProviderErrorJson.Default.AnthropicError
                )
                : JsonSerializer.SerializeToUtf8Bytes(
                    new OpenAiError(
                        new OpenAiErrorDetail(
                            refusal.Message,
                            OpenAiType(refusal.Status),
                            Param: null,
                            refusal.ProviderReason ?? refusal.Code
                        )
                    ),
                    ProviderErrorJson.Default.OpenAiError
                );
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>The provider that the address names, or else means. Without either, OpenAI, whose format others use.</summary>
    public static Provider ProviderOf(HttpContext context) =>
        AddressHint.ProviderOf(context.Request) ?? AddressHint.Find(context.Request)?.Provider ?? Provider.OpenAi;

    private static string TextOf(ProblemDetails problem) =>
        problem.Extensions.TryGetValue("errors", out var fields)
        && fields is IReadOnlyDictionary<string, string[]> errors
            ? string.Join("; ", errors.SelectMany(field => field.Value.Select(text => $"{field.Key} {text}")))
            : problem.Detail ?? "An internal error occurred. Retry later.";

    private static string AnthropicType(int status) =>
        status switch
        {
            StatusCodes.Status401Unauthorized => "authentication_error",
            StatusCodes.Status402PaymentRequired => "billing_error",
            StatusCodes.Status403Forbidden => "permission_error",
            StatusCodes.Status404NotFound => "not_found_error",
            StatusCodes.Status413PayloadTooLarge => "request_too_large",
            StatusCodes.Status429TooManyRequests => "rate_limit_error",
            StatusCodes.Status504GatewayTimeout => "timeout_error",
            >= 500 => "api_error",
            _ => "invalid_request_error",
        };

    private static string OpenAiType(int status) =>
        status switch
        {
            StatusCodes.Status402PaymentRequired => "insufficient_quota",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        };
}
