using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;

namespace MyCoach.Dev.Vault;

public sealed partial class KeyVaultEmulator
{
    /// <summary>
    /// The environment that makes a child process use this emulator: it gets tokens as a managed identity of App Service, and reaches the vault
    /// through a proxy with a certificate that it trusts.
    /// </summary>
    public IEnumerable<(string Name, string Value)> Environment
    {
        get
        {
            var trusted = Path.Combine(folder, "vault.pem");
            File.WriteAllText(trusted, certificate.ExportCertificatePem());
            return
            [
                ("KeyVault__KeyId", KeyId),
                ("SSL_CERT_FILE", trusted),
                ("HTTPS_PROXY", $"http://127.0.0.1:{Address("https").Port}"),
                ("IDENTITY_ENDPOINT", new Uri(Address("http"), "/identity").ToString()),
                ("IDENTITY_HEADER", "identity"),
            ];
        }
    }

    // Answers CONNECT as a proxy does, whatever the target. TLS then fails if the client wanted another host.
    private static ConnectionDelegate EnterTunnel(ConnectionDelegate next) =>
        async connection =>
        {
            for (var request = ""; !request.EndsWith("\r\n\r\n", StringComparison.Ordinal); )
            {
                var read = (await connection.Transport.Input.ReadAsync()).Buffer;
                request += Encoding.ASCII.GetString(read);
                connection.Transport.Input.AdvanceTo(read.End);
            }
            await connection.Transport.Output.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
            await next(connection);
        };

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Host);
        var request = new CertificateRequest($"CN={Host}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static Task IdentifyAsync(HttpContext context)
    {
        if (context.Request.Headers["X-IDENTITY-HEADER"] != "identity")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            new JsonObject
            {
                ["access_token"] = Credential.TokenFor($"{context.Request.Query["resource"]}/.default"),
                ["expires_on"] = $"{DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds()}",
                ["resource"] = context.Request.Query["resource"].ToString(),
                ["token_type"] = "Bearer",
            }.ToJsonString(),
            context.RequestAborted
        );
    }
}
