namespace MyCoach.Hosting;

/// <summary>
/// The names of the program's settings. A misspelt one would otherwise be ignored without a word, whatever it was meant
/// to protect.
/// </summary>
internal static partial class KnownSettings
{
    private const string Bearer = "Authentication:Schemes:Bearer";

    // # is the index of a list.
    private static readonly Dictionary<string, string[]> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Storage"] = ["ConnectionString", "TableServiceUri", "TablePrefix"],
        ["KeyVault"] = ["KeyId"],
        ["Auth"] = ["Mode", "UserIdClaim", "ServiceRole", "AdminRole", "DevelopmentUser", "AppServiceOutsideAzure"],
        ["Cors"] = ["AllowedOrigins", "AllowedOrigins:#"],
        ["Providers"] = ["anthropic:BaseUrl", "openai:BaseUrl"],
        ["Alerts"] = ["WebhookUrl", "WebhookSecret"],
        ["Budgets"] = ["FreeBetas", "FreeBetas:#"],
        ["Gateway"] = ["MaxConcurrentCalls"],
        ["Models"] = ["AllowUnknown"],
        ["Prices"] = ["FeedUrl"],
        ["Usage"] = ["RetentionMonths"],
        ["Web"] = ["Authority", "ClientId", "Scope"],
        // ASP.NET Core's settings of bearer authentication.
        [Bearer] =
        [
            "Authority",
            "BackchannelTimeout",
            "Challenge",
            "ForwardAuthenticate",
            "ForwardChallenge",
            "ForwardDefault",
            "ForwardForbid",
            "ForwardSignIn",
            "ForwardSignOut",
            "IncludeErrorDetails",
            "MapInboundClaims",
            "MetadataAddress",
            "RefreshInterval",
            "RefreshOnIssuerKeyNotFound",
            "RequireHttpsMetadata",
            "SaveToken",
            "SigningKeys:#:Id",
            "SigningKeys:#:Issuer",
            "SigningKeys:#:Length",
            "SigningKeys:#:Value",
            "ValidAudience",
            "ValidAudiences",
            "ValidAudiences:#",
            "ValidIssuer",
            "ValidIssuers",
            "ValidIssuers:#",
        ],
    };

    private static readonly string[] Names =
    [
        "API_KEY_ENCRYPTION_KEY",
        "BudgetRollupSchedule",
        "BillingSyncSchedule",
        .. Sections.SelectMany(section => section.Value.Select(name => $"{section.Key}:{name}")),
    ];

    private static readonly HashSet<string> NameSet = new(Names, StringComparer.OrdinalIgnoreCase);

    /// <summary>Refuses names that are nearly those of a setting.</summary>
    /// <exception cref="SettingException">The name has at most two wrong letters.</exception>
    public static void Check(IConfiguration configuration)
    {
        foreach (var key in UnknownKeys(configuration))
        {
            if (Spelling.Nearest(General(key), Names) is { } meant)
            {
                throw new SettingException(
                    EnvironmentName(key),
                    $"is not a setting; the nearest is {NameOf(meant, key)}"
                );
            }
        }
    }

    /// <summary>
    /// Warns of the other unknown names in the program's sections. They do not stop the start: they may be settings of a
    /// newer version, after a rollback, or of another program.
    /// </summary>
    public static void WarnAboutUnknownSettings(this IServiceProvider services)
    {
        var unknown = UnknownKeys(services.GetRequiredService<IConfiguration>())
            .Where(key => Sections.Keys.Any(section => IsIn(key, section)))
            .Select(EnvironmentName)
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (unknown.Length > 0)
        {
            Log.Unknown(
                services.GetRequiredService<ILoggerFactory>().CreateLogger("MyCoach.Functions"),
                string.Join(", ", unknown)
            );
        }
    }

    /// <summary>Whether this is the name of a setting in the environment.</summary>
    public static bool IsKnown(string environmentName) =>
        NameSet.Contains(General(environmentName.Replace("__", ":", StringComparison.Ordinal)));

    private static IEnumerable<string> UnknownKeys(IConfiguration configuration) =>
        configuration
            .AsEnumerable()
            .Where(setting => setting.Value is not null)
            .Select(setting => setting.Key)
            .Where(key => !NameSet.Contains(General(key)));

    private static bool IsIn(string key, string section) =>
        key.Length > section.Length
        && key[section.Length] == ':'
        && key.StartsWith(section, StringComparison.OrdinalIgnoreCase);

    private static string General(string key) =>
        string.Join(':', key.Split(':').Select(part => part.All(char.IsAsciiDigit) ? "#" : part));

    // The nearest name with the indexes of the one that is there.
    private static string NameOf(string meant, string key)
    {
        var indexes = new Queue<string>(key.Split(':').Where(part => part.All(char.IsAsciiDigit)));
        return EnvironmentName(
            string.Join(
                ':',
                meant.Split(':').Select(part => part == "#" && indexes.TryDequeue(out var index) ? index : part)
            )
        );
    }

    private static string EnvironmentName(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The program does not know these settings and ignores them: {Settings}")]
        public static partial void Unknown(ILogger logger, string settings);
    }
}
