using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Vault;

/// <summary>The bodies of the emulator's responses.</summary>
public sealed partial class KeyVaultEmulator
{
    private JsonObject CurrentKey()
    {
        var parameters = versions[^1].Key.ExportParameters(includePrivateParameters: false);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return new JsonObject
        {
            ["key"] = new JsonObject
            {
                ["kid"] = CurrentKeyId,
                ["kty"] = "RSA",
                ["key_ops"] = new JsonArray("encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"),
                ["n"] = Base64Url.EncodeToString(parameters.Modulus),
                ["e"] = Base64Url.EncodeToString(parameters.Exponent),
            },
            ["attributes"] = new JsonObject
            {
                ["enabled"] = true,
                ["created"] = now,
                ["updated"] = now,
                ["recoveryLevel"] = "Recoverable",
                ["recoverableDays"] = 90,
                ["exportable"] = false,
            },
            ["tags"] = new JsonObject(),
        };
    }

    private JsonObject? Operate(string version, string body, Func<RSA, byte[], byte[]> operate)
    {
        var operation = JsonNode.Parse(body)!;
        var found = versions.Find(candidate => Uri.UnescapeDataString(candidate.Version) == version);
        return found.Key is null || (string?)operation["alg"] != "RSA-OAEP-256"
            ? null
            : new JsonObject
            {
                ["kid"] = $"{KeyId}/{found.Version}",
                ["value"] = Base64Url.EncodeToString(
                    operate(found.Key, Base64Url.DecodeFromChars((string)operation["value"]!))
                ),
            };
    }

    private static Task RefuseAsync(HttpContext context, int status, string code, string? inner)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        var error = new JsonObject { ["code"] = code, ["message"] = "AKV10000: refused" };
        if (inner is not null)
        {
            error["innererror"] = new JsonObject { ["code"] = inner };
        }
        return context.Response.WriteAsync(new JsonObject { ["error"] = error }.ToJsonString(), context.RequestAborted);
    }
}
