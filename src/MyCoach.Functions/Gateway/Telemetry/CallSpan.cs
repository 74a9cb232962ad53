using System.Diagnostics;

namespace MyCoach.Gateway;

/// <summary>
/// A call as a span. Names chosen by callers or providers are set only if they are short, so that no prompt gets in as
/// a name.
/// </summary>
internal static class CallSpan
{
    private const string InvocationHeader = "x-ms-invocation-id";
    private const int MaxCharacters = 128;

    /// <summary>Sets from the start what sampling may look at.</summary>
    public static Activity? Start(ActivitySource source, GatewayCall call, Uri provider, HttpRequest request)
    {
        var (operation, model) = (call.Operation, Short(call.Body?.Model));
        var tags = new TagList
        {
            { "gen_ai.provider.name", operation.Provider.Id },
            { "server.address", provider.Host },
            { "server.port", provider.Port },
        };
        if (operation.IsMetered)
        {
            tags.Add("gen_ai.operation.name", operation.Name);
        }
        else
        {
            tags.Add("http.request.method", operation.Method);
            tags.Add("url.template", $"/v1/{operation.Path}");
        }
        if (model is not null)
        {
            tags.Add("gen_ai.request.model", model);
        }
        var name = !operation.IsMetered
            ? $"{operation.Method} /v1/{operation.Path}"
            : $"{operation.Name} {model}".TrimEnd();
        var span = source.StartActivity(ActivityKind.Client, parentContext: default, tags, name: name);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag("gen_ai.request.stream", call.Streams ? true : null);
            span.SetTag("gen_ai.conversation.id", call.ConversationId);
            span.SetTag("gen_ai.agent.id", call.AgentId);
            // Without the Functions host in front, a caller can send any text.
            span.SetTag(
                "faas.invocation_id",
                Guid.TryParse(request.Headers[InvocationHeader], out var id) ? $"{id}" : null
            );
        }
        return span;
    }

    public static void End(Activity span, CallTrace trace)
    {
        if (span.IsAllDataRequested)
        {
            span.SetTag("http.response.status_code", trace.Status);
            span.SetTag("error.type", trace.ErrorType);
            span.SetTag("gen_ai.response.time_to_first_chunk", trace.FirstChunk?.TotalSeconds);
            SetAnswer(span, trace);
            SetCharge(span, trace);
        }
        if (trace.ErrorType is not null)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
        span.SetEndTime(span.StartTimeUtc + trace.Elapsed);
        span.Dispose();
    }

    private static void SetAnswer(Activity span, CallTrace trace)
    {
        if (trace.Usage is not { } usage)
        {
            return;
        }
        span.SetTag("gen_ai.response.id", Short(usage.ResponseId));
        span.SetTag("gen_ai.response.model", Short(usage.Model));
        // Of several alternatives, that of the last one.
        span.SetTag(
            "gen_ai.response.finish_reasons",
            Short(usage.FinishReason) is { } reason ? new[] { reason } : null
        );
        span.SetTag("gen_ai.usage.reasoning.output_tokens", usage.ReasoningTokens > 0 ? usage.ReasoningTokens : null);
    }

    private static void SetCharge(Activity span, CallTrace trace)
    {
        if (trace.Charged is not { } charged)
        {
            return;
        }
        span.SetTag("gen_ai.usage.input_tokens", charged.Tokens.Input);
        span.SetTag("gen_ai.usage.output_tokens", charged.Tokens.Output);
        span.SetTag("gen_ai.usage.cache_read.input_tokens", charged.Tokens.CachedInput);
        span.SetTag("gen_ai.usage.cache_creation.input_tokens", charged.Tokens.CacheWrite);
        span.SetTag("mycoach.usage.id", charged.Id);
        span.SetTag("mycoach.cost.usd", (double)charged.Cost.Usd);
        span.SetTag("mycoach.priced", charged.Priced);
        span.SetTag("mycoach.estimated", charged.Estimated);
    }

    private static string? Short(string? text) => text is { Length: > 0 and <= MaxCharacters } ? text : null;
}
