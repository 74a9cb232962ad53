using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Metadata;
using MyCoach.Hosting;

namespace MyCoach.Http;

/// <summary>
/// Refuses requests with query members that their endpoint does not know, or that repeat a member with a single value.
/// An endpoint knows the query members that the parameters of its handler name.
/// </summary>
internal static partial class QueryMembers
{
    /// <summary>How often a member that may be repeated may appear.</summary>
    public const int MaxValues = 20;

    /// <summary>The Functions host's name for a key. The functions need none, but some tools always send one.</summary>
    private const string HostKey = "code";

    private static readonly ConcurrentDictionary<Endpoint, IReadOnlyDictionary<string, bool>> ByEndpoint = new();

    /// <summary>Call after UseAuth: a caller without a valid token gets 401 first.</summary>
    public static void UseQueryMembers(this IApplicationBuilder app, HostEnvironment environment) =>
        app.Use(
            (context, next) =>
                context.Request.Query.Count > 0
                && context.GetEndpoint() is RouteEndpoint endpoint
                && endpoint.Metadata.GetMetadata<ForwardsQuery>() is null
                && Check(context.Request.Query, endpoint, environment) is { Any: true } errors
                    ? Problems.WriteAsync(context, Problems.Invalid(errors))
                    : next(context)
        );

    /// <summary>The query members of an endpoint, and whether each may be repeated.</summary>
    public static IReadOnlyDictionary<string, bool> Of(RouteEndpoint endpoint) =>
        ByEndpoint.GetOrAdd(
            endpoint,
            _ =>
                endpoint
                    .Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
                    .Select(parameter => (Name: NameOf(parameter, endpoint), parameter.ParameterInfo.ParameterType))
                    .Where(member => member.Name is not null)
                    .ToDictionary(
                        member => member.Name!,
                        member => member.ParameterType == typeof(string[]),
                        StringComparer.OrdinalIgnoreCase
                    )
        );

    private static FieldErrors Check(IQueryCollection query, RouteEndpoint endpoint, HostEnvironment environment)
    {
        var (errors, known) = (new FieldErrors(), Of(endpoint));
        foreach (var (name, values) in query)
        {
            if (known.TryGetValue(name, out var isRepeatable))
            {
                var field = known.Keys.First(key => key.Equals(name, StringComparison.OrdinalIgnoreCase));
                errors.Require(values.Count == 1 || isRepeatable, field, "must appear once");
            }
            else if (name != HostKey || !environment.IsUnderFunctionsHost)
            {
                // Repeat only what looks like one of our names. A caller may have pasted a key.
                errors.Add(PlainName().IsMatch(name) ? name : "query", MessageFor(name, known));
            }
        }
        return errors;
    }

    private static string MessageFor(string name, IReadOnlyDictionary<string, bool> known)
    {
        if (known.Count == 0)
        {
            return "is not a query member of this call, which takes none";
        }
        var nearest = Spelling.Nearest(name, known.Keys, 2);
        return "is not a query member of this call."
            + (nearest.Count > 0 ? $" Did you mean {string.Join(" or ", nearest)}?" : "")
            + $" It takes {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}.";
    }

    private static string? NameOf(IParameterBindingMetadata parameter, RouteEndpoint endpoint) =>
        parameter.ParameterInfo.GetCustomAttributes().OfType<IFromQueryMetadata>().FirstOrDefault() is { } query
            ? query.Name ?? parameter.Name
        : parameter.ParameterInfo.ParameterType == typeof(string)
        && endpoint.RoutePattern.GetParameter(parameter.Name) is null
            ? parameter.Name
        : null;

    [GeneratedRegex(@"^[A-Za-z][A-Za-z_]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();
}

/// <summary>Endpoint metadata: the query is a provider's and is not checked here.</summary>
internal sealed class ForwardsQuery;
