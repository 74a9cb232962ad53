using System.Globalization;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using MyCoach.Dev.Emulator;

namespace MyCoach.Dev.Soak;

/// <summary>The settings that the instances share: separate tables, one emulator, and tokens for their users.</summary>
internal sealed class SoakSettings(ProviderEmulator emulator)
{
    private const string Issuer = "https://issuer.example";
    private const string Audience = "mycoach-soak";

    private readonly byte[] signingKey = RandomNumberGenerator.GetBytes(32);
    private readonly string dataKey = RandomNumberGenerator.GetHexString(64, lowercase: true);

    public string TablePrefix { get; } = $"soak{RandomNumberGenerator.GetHexString(8, lowercase: true)}";

    public IEnumerable<string> Arguments(string connectionString, int port, string rollUp) =>
        [
            $"--urls=http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}",
            "--Logging:LogLevel:Default=Critical",
            $"--BudgetRollupSchedule={rollUp}",
            "--BillingSyncSchedule=0 0 0 29 2 *",
            $"--API_KEY_ENCRYPTION_KEY={dataKey}",
            $"--Storage:ConnectionString={connectionString}",
            $"--Storage:TablePrefix={TablePrefix}",
            $"--Authentication:Schemes:Bearer:ValidIssuer={Issuer}",
            $"--Authentication:Schemes:Bearer:ValidAudiences:0={Audience}",
            $"--Authentication:Schemes:Bearer:SigningKeys:0:Issuer={Issuer}",
            $"--Authentication:Schemes:Bearer:SigningKeys:0:Value={Convert.ToBase64String(signingKey)}",
            $"--Providers:anthropic:BaseUrl={emulator.AnthropicBaseUrl}",
            $"--Providers:openai:BaseUrl={emulator.OpenAiBaseUrl}",
        ];

    public string Token(string user) =>
        new JsonWebTokenHandler().CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = Issuer,
                Audience = Audience,
                Claims = new Dictionary<string, object> { ["sub"] = user },
                Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(1),
                SigningCredentials = new SigningCredentials(
                    new SymmetricSecurityKey(signingKey),
                    SecurityAlgorithms.HmacSha256
                ),
            }
        );
}
