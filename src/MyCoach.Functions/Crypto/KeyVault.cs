using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Cryptography;
using Azure.Core.Pipeline;
using MyCoach.Storage;

namespace MyCoach.Crypto;

/// <summary>
/// A minimal REST client for the keys of Azure Key Vault. It implements Azure.Core's interface, so that the official
/// client can replace it. For a key id without a version, it resolves the current version.
/// </summary>
internal sealed class KeyVault(VaultKeyAddress address, HttpPipeline pipeline) : IKeyEncryptionKeyResolver
{
    private const string ApiVersion = "7.6";

    public async Task<IKeyEncryptionKey> ResolveAsync(string keyId, CancellationToken cancellationToken = default)
    {
        if (address.VersionOf(keyId) is { } version)
        {
            return new VaultKey(this, keyId, version);
        }
        var key = await SendAsync(RequestMethod.Get, $"keys/{address.Name}", body: null, cancellationToken);
        var current =
            key?.Key?.Kid ?? throw new KeyVaultException("the vault's answer lacks the current version of the key");
        return address.VersionOf(current) is { } latest
            ? new VaultKey(this, current, latest)
            : throw new KeyVaultException(
                $"the vault named {current} as the current version of the key, but {address.FindFault(current)}"
            );
    }

    public IKeyEncryptionKey Resolve(string keyId, CancellationToken cancellationToken = default) =>
        throw VaultKey.SyncNotSupported();

    /// <summary>Wraps or unwraps a value with a version of the key.</summary>
    public async Task<byte[]> OperateAsync(
        string version,
        string operation,
        string algorithm,
        ReadOnlyMemory<byte> value,
        CancellationToken cancellation
    )
    {
        var body = new VaultOperation(algorithm, Base64Url.EncodeToString(value.Span));
        var answer = await SendAsync(
            RequestMethod.Post,
            $"keys/{address.Name}/{version}/{operation}",
            body,
            cancellation
        );
        try
        {
            return Base64Url.DecodeFromChars(answer?.Value ?? throw new FormatException());
        }
        catch (FormatException malformed)
        {
            throw new KeyVaultException($"the vault's answer to {operation} has no valid value", malformed);
        }
    }

    private async Task<VaultAnswer?> SendAsync(
        RequestMethod method,
        string path,
        VaultOperation? body,
        CancellationToken cancellation
    )
    {
        using var message = pipeline.CreateMessage();
        var sent = body is null ? [] : JsonSerializer.SerializeToUtf8Bytes(body, VaultJson.Default.VaultOperation);
        message.Request.Method = method;
        message.Request.Uri.Reset(new Uri($"https://{address.Vault}/{path}?api-version={ApiVersion}"));
        message.Request.Headers.Add(HttpHeader.Common.JsonAccept);
        if (body is not null)
        {
            message.Request.Headers.Add(HttpHeader.Common.JsonContentType);
            message.Request.Content = RequestContent.Create(sent);
        }
        try
        {
            await pipeline.SendAsync(message, cancellation);
            var answer = message.Response.Content.ToMemory().IsEmpty ? null : Read(message.Response.Content);
            return message.Response.IsError
                ? throw KeyVaultException.Refused(message.Response.Status, answer?.Error)
                : answer;
        }
        catch (Exception fault) when (StorageFaults.IsTransient(fault) || fault is AggregateException)
        {
            throw new KeyVaultException("the vault cannot be reached", fault);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new KeyVaultException("the vault did not answer in time", late);
        }
        finally
        {
            // The body may contain a data key.
            CryptographicOperations.ZeroMemory(sent);
        }
    }

    private static VaultAnswer? Read(BinaryData content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, VaultJson.Default.VaultAnswer);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
