using System.Text.RegularExpressions;
using MyCoach.Hosting;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Hosting.StartArguments;

namespace MyCoach.Tests.Hosting;

/// <summary>Misspelt settings stop the start; other unknown ones in the program's sections are a warning.</summary>
public sealed partial class KnownSettingsTests(LocalParts parts)
{
    [Theory]
    [InlineData("Storage__Conectionstring", "Storage__ConnectionString")]
    [InlineData("Storge__ConnectionString", "Storage__ConnectionString")]
    [InlineData("Storage__connection_string", "Storage__ConnectionString")]
    [InlineData("API_KEY_ENCRIPTION_KEY", "API_KEY_ENCRYPTION_KEY")]
    [InlineData("BudgetRollUpScheduel", "BudgetRollupSchedule")]
    [InlineData("Usage__RetentionMonth", "Usage__RetentionMonths")]
    [InlineData("Auth__UserIDClaims", "Auth__UserIdClaim")]
    [InlineData("Cors__AllowedOrigin__1", "Cors__AllowedOrigins__1")]
    [InlineData("Providers__antropic__BaseUrl", "Providers__anthropic__BaseUrl")]
    [InlineData($"{Bearer}Autority", $"{Bearer}Authority")]
    [InlineData($"{Bearer}SigningKey__2__Value", $"{Bearer}SigningKeys__2__Value")]
    public void A_misspelt_setting_stops_the_start_and_names_the_nearest(string misspelt, string meant)
    {
        var refusal = Assert.Throws<SettingException>(() =>
            MyCoach.Program.Build(Arguments([.. Good, $"{misspelt}=hunter2"]))
        );

        Assert.Equal($"{misspelt} is not a setting; the nearest is {meant}.", refusal.Message);
    }

    [Fact]
    public async Task The_program_ends_with_one_line_about_a_misspelt_setting()
    {
        await using var program = ChildProgram.Start(
            ChildProgram.Built("MyCoach.Functions"),
            ["--urls=http://127.0.0.1:0"],
            environment: [.. Pairs(Good), ("Storage__Conectionstring", "hunter2")]
        );

        Assert.Equal(1, await program.ExitAsync(Eventually.HangLimit));
        Assert.Equal(
            "Storage__Conectionstring is not a setting; the nearest is Storage__ConnectionString.",
            Assert.Single(program.Errors)
        );
    }

    [Fact]
    public async Task Other_unknown_settings_are_one_warning_that_names_them()
    {
        await using var app = await TestApp.StartAsync(
            parts,
            ["Usage:Forecast=hunter2", "Budgets:Currency=hunter2", "Elsewhere:Setting=hunter2", "GATEWAY=hunter2"]
        );

        var warning = Assert.Single(app.Logs.Lines, line => line.StartsWith("Warning ", StringComparison.Ordinal));
        Assert.Contains(": Budgets__Currency, Usage__Forecast", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", string.Join('\n', app.Logs.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_documented_setting_is_known()
    {
        var names = SettingName()
            .Matches(
                string.Join('\n', Repository.Read("docs/settings.md").Split('\n').Where(line => line.StartsWith('|')))
            )
            .Select(match => match.Groups["name"].Value)
            .Distinct()
            .ToArray();

        Assert.True(names.Length > 20, string.Join(", ", names));
        Assert.All(names, name => Assert.True(KnownSettings.IsKnown(name), name));
    }

    [GeneratedRegex(
        "`(?<name>[A-Za-z]+__[A-Za-z0-9_]+|API_KEY_ENCRYPTION_KEY|BudgetRollupSchedule|BillingSyncSchedule)`"
    )]
    private static partial Regex SettingName();
}
