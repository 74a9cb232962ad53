using MyCoach.Hosting;

namespace MyCoach.Http;

/// <summary>
/// Allows calls from web pages of the configured origins, and in Development from pages of this machine.
/// </summary>
internal static class Cors
{
    // A wildcard would not cover calls with credentials, and not all browsers know it.
    private static readonly string[] Exposed =
    [
        "X-MyCoach-Usage-Id",
        "X-MyCoach-Error",
        "X-MyCoach-Output-Limit",
        "X-MyCoach-Tool-Limit",
        "Retry-After",
        "retry-after-ms",
        "ETag",
        "Location",
        "Content-Disposition",
        "x-should-retry",
        "request-id",
        "x-request-id",
    ];

    // The providers' limits, whose names depend on the model and the plan.
    private static readonly string[] ExposedStarts = ["x-ratelimit-", "anthropic-ratelimit-"];

    public static void AddCors(this IHostApplicationBuilder builder, HostEnvironment environment)
    {
        var configured = builder
            .Configuration.GetSection("Cors:AllowedOrigins")
            .GetChildren()
            .Select(child => (child.Key, Value: child.Value ?? ""))
            .ToArray();
        if (!string.IsNullOrEmpty(builder.Configuration["Cors:AllowedOrigins"]))
        {
            throw new SettingException(
                "Cors__AllowedOrigins",
                "must be a numbered list: Cors__AllowedOrigins__0, Cors__AllowedOrigins__1 and so on"
            );
        }
        foreach (var (index, origin) in configured)
        {
            if (origin == "*" ? !environment.IsDevelopment : !IsOrigin(origin))
            {
                throw new SettingException(
                    $"Cors__AllowedOrigins__{index}",
                    "must be an origin such as https://app.example.com, without a path; * is allowed only in Development"
                );
            }
        }
        var allowed = configured.Select(setting => setting.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        builder.Services.AddCors(cors =>
            cors.AddDefaultPolicy(policy =>
                policy
                    .SetIsOriginAllowed(origin =>
                        allowed.Contains(origin)
                        || (environment.IsDevelopment && (allowed.Contains("*") || IsLoopback(origin)))
                    )
                    .AllowAnyMethod()
                    .AllowAnyHeader()
                    .SetPreflightMaxAge(TimeSpan.FromHours(1))
            )
        );
    }

    public static void UseCors(this IApplicationBuilder app, HostEnvironment environment)
    {
        // Set here and not in the policy: on App Service the platform applies its own policy instead, which exposes no
        // headers.
        app.Use(
            (context, next) =>
            {
                if (context.Request.Headers.Origin.Count > 0)
                {
                    context.Response.OnStarting(() =>
                    {
                        var headers = context.Response.Headers;
                        headers.AccessControlExposeHeaders = string.Join(", ", ExposedOf(headers.Keys));
                        return Task.CompletedTask;
                    });
                }
                return next(context);
            }
        );
        if (!environment.IsAppService)
        {
            app.UseCors();
        }
    }

    private static IEnumerable<string> ExposedOf(IEnumerable<string> names) =>
        Exposed.Concat(
            names.Where(name => ExposedStarts.Any(start => name.StartsWith(start, StringComparison.OrdinalIgnoreCase)))
        );

    public static bool IsLoopback(string origin) => IsOrigin(origin) && new Uri(origin).IsLoopback;

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase)
        && uri.UserInfo.Length == 0;
}
