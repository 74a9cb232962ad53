namespace MyCoach.Bench;

/// <summary>The npm packages of other gateways.</summary>
internal static class PeerPackages
{
    /// <summary>
    /// Portkey's open-source gateway. With the latest hono every stream fails ("TypeError: immutable"), so hono is pinned to working versions. The
    /// launcher makes it listen on the loopback address only, because the gateway has no option for that.
    /// </summary>
    public static readonly NpmPackage Portkey = new(
        "Portkey 1.15.2",
        """
        {
          "private": true,
          "dependencies": { "@portkey-ai/gateway": "1.15.2", "hono": "4.9.7", "@hono/node-server": "1.13.5" },
          "overrides": { "hono": "4.9.7", "@hono/node-server": "1.13.5" }
        }
        """,
        """
        const server = require('net').Server.prototype, listen = server.listen;
        server.listen = function (port, ...rest) { return listen.call(this, port, '127.0.0.1', rest.find(item => typeof item === 'function')); };
        process.stdin.on('end', () => process.exit()).resume();
        import(require('url').pathToFileURL(process.argv[1]));
        """
    );

    /// <summary>
    /// A gateway with metering and daily budgets over SQLite, which npm compiles if there is no prebuilt binary. It has no setting for OpenAI's
    /// address, so the launcher redirects its calls to the provider stub over kept-alive connections. It also lifts the limit of 100 calls a minute.
    /// </summary>
    public static readonly NpmPackage Observer = new(
        "llm-observer 2.0.0",
        """
        {
          "private": true,
          "dependencies": { "llm-observer": "2.0.0", "@anthropic-ai/sdk": "*" },
          "allowScripts": { "better-sqlite3": true }
        }
        """,
        """
        const http = require('http'), https = require('https'), stub = new URL(process.argv[2]), request = https.request;
        const agent = new http.Agent({ keepAlive: true });
        https.request = function (to, ...rest) {
            const toProvider = (to?.hostname ?? to?.host ?? new URL(to).hostname) === 'api.openai.com';
            return toProvider
                ? http.request({ ...to, protocol: 'http:', host: stub.hostname, hostname: stub.hostname, port: stub.port, agent }, ...rest)
                : request.call(this, to, ...rest);
        };
        const extensions = require('module')._extensions, load = extensions['.js'];
        extensions['.js'] = (module, file) =>
            file === process.argv[1]
                ? module._compile(require('fs').readFileSync(file, 'utf8').replace('S1=100,fT=100', 'S1=1e9,fT=1e9'), file)
                : load(module, file);
        process.stdin.on('end', () => process.exit()).resume();
        require(process.argv[1]);
        """,
        scripts: true
    );
}
