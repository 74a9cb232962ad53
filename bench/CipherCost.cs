using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MyCoach.Crypto;

namespace MyCoach.Bench;

/// <summary>Measures encrypting and decrypting a stored key, compared with a naive implementation of the same format.</summary>
internal static class CipherCost
{
    private const int Rounds = 21;
    private const int Times = 20_000;

    // As long as an Anthropic key.
    private const string ApiKey = "sk-ant-api03-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789abcdefghijklmnopqrst-AAAAAA";

    private static readonly byte[] DataKey = RandomNumberGenerator.GetBytes(32);

    private sealed record Sample(double Nanoseconds, double Bytes);

    public static void Measure()
    {
        var stored = SecretCipher.Encrypt(DataKey, ApiKey, AssociatedData());
        var naive = NaiveEncrypt();
        if (SecretCipher.Decrypt(DataKey, naive, AssociatedData()) != ApiKey || NaiveDecrypt(stored) != ApiKey)
        {
            throw new InvalidOperationException("The two implementations cannot decrypt each other's output.");
        }
        (string What, Action Ours, Action Naive)[] pairs =
        [
            ("encrypt", () => SecretCipher.Encrypt(DataKey, ApiKey, AssociatedData()), () => NaiveEncrypt()),
            ("decrypt", () => SecretCipher.Decrypt(DataKey, stored, AssociatedData()), () => NaiveDecrypt(stored)),
        ];
        Console.WriteLine(
            Figures.Head($"a key of {ApiKey.Length} characters", "ns", "bytes allocated", "naive: ns", "naive: bytes allocated", "ratio of the ns")
        );
        foreach (var (what, ours, other) in pairs)
        {
            var samples = Enumerable.Range(0, Rounds).Select(_ => (Ours: Take(ours), Naive: Take(other))).Skip(1).ToArray();
            var (own, others) = (samples.Select(pair => pair.Ours.Nanoseconds).Median(), samples.Select(pair => pair.Naive.Nanoseconds).Median());
            Console.WriteLine(
                Figures.Row(
                    $"{what}",
                    $"{own:0}",
                    $"{samples[^1].Ours.Bytes:0}",
                    $"{others:0}",
                    $"{samples[^1].Naive.Bytes:0}",
                    $"{own / others:0.00}"
                )
            );
        }
        Console.WriteLine();
    }

    private static Sample Take(Action act)
    {
        var (allocated, began) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        for (var i = 0; i < Times; i++)
        {
            act();
        }
        return new Sample(
            Stopwatch.GetElapsedTime(began).TotalNanoseconds / Times,
            (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / Times
        );
    }

    private static byte[] AssociatedData() => SecretCipher.AssociatedData("provider-key", "ann", "anthropic", "vault-0123456789abcdef");

    private static string NaiveEncrypt()
    {
        var (plain, iv, tag) = (Encoding.UTF8.GetBytes(ApiKey), RandomNumberGenerator.GetBytes(12), new byte[16]);
        var encrypted = new byte[plain.Length];
        using var aes = new AesGcm(DataKey, 16);
        aes.Encrypt(iv, plain, encrypted, tag, AssociatedData());
        return string.Join(":", ((byte[][])[iv, tag, encrypted]).Select(Hex));

        static string Hex(byte[] bytes) => string.Concat(bytes.Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));
    }

    private static string NaiveDecrypt(string stored)
    {
        var parts = stored.Split(':').Select(Bytes).ToArray();
        var plain = new byte[parts[2].Length];
        using var aes = new AesGcm(DataKey, 16);
        aes.Decrypt(parts[0], parts[2], parts[1], plain, AssociatedData());
        return Encoding.UTF8.GetString(plain);

        static byte[] Bytes(string hex) =>
            [.. Enumerable.Range(0, hex.Length / 2).Select(i => Convert.ToByte(hex.Substring(2 * i, 2), fromBase: 16))];
    }
}
