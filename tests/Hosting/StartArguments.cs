namespace MyCoach.Tests.Hosting;

/// <summary>Settings with which the program starts, and their forms.</summary>
internal static class StartArguments
{
    public const string Bearer = "Authentication__Schemes__Bearer__";

    // A start that succeeds; every case below spoils one thing of it.
    public static readonly string[] Good =
    [
        "Storage__ConnectionString=UseDevelopmentStorage=true",
        $"API_KEY_ENCRYPTION_KEY={new string('a', 64)}",
        $"{Bearer}ValidIssuer=https://issuer.example",
        $"{Bearer}ValidAudiences__0=mycoach",
        $"{Bearer}SigningKeys__0__Issuer=https://issuer.example",
        $"{Bearer}SigningKeys__0__Value={Convert.ToBase64String(new byte[32])}",
    ];

    // As on the command line, where a colon separates what two underscores separate in the environment.
    public static string[] Arguments(IEnumerable<string> settings) =>
        [
            .. Pairs(settings)
                .GroupBy(pair => pair.Name)
                .Select(pairs => $"--{pairs.Key.Replace("__", ":", StringComparison.Ordinal)}={pairs.Last().Value}"),
        ];

    public static IEnumerable<(string Name, string Value)> Pairs(IEnumerable<string> settings) =>
        settings.Select(setting => setting.Split('=', 2)).Select(pair => (pair[0], pair[1]));
}
