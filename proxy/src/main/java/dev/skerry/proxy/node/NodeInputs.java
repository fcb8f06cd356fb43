package dev.skerry.proxy.node;

import dev.skerry.cache.engine.TimeSource;
import dev.skerry.config.Site;
import dev.skerry.config.load.ConfigLoader;
import dev.skerry.config.load.Loaded;
import dev.skerry.config.node.Limits;
import dev.skerry.config.node.NodeSettings;
import dev.skerry.net.dns.CachingResolver;
import dev.skerry.net.server.ServerLimits;
import dev.skerry.net.server.ServerOptions;
import dev.skerry.net.tls.TlsIdentity;
import dev.skerry.proxy.pipeline.CacheStatus;
import dev.skerry.proxy.pipeline.DebugToken;
import dev.skerry.proxy.upstream.AddressLookup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a node's settings name outside of themselves, read before anything starts; no sites where
 * the control plane brings them.
 */
record NodeInputs(
        List<Site> sites,
        ServerOptions server,
        AddressLookup addresses,
        List<Path> extraCa,
        @Nullable DebugToken debug) {

    /**
     * Reads it.
     *
     * @throws IOException with a message for the operator
     */
    static NodeInputs read(NodeSettings settings, TimeSource time) throws IOException {
        return new NodeInputs(
                readSites(settings),
                server(settings),
                CachingResolver.ofSystem(time::nanoTime)::resolve,
                settings.ca() == null ? List.of() : List.of(settings.ca()),
                DebugToken.read(settings.debugTokenFile()));
    }

    private static List<Site> readSites(NodeSettings settings) throws IOException {
        if (settings.control() != null) {
            return List.of();
        }
        Path file = settings.siteFile();
        if (file == null) {
            return List.of(settings.standaloneSite());
        }
        Loaded loaded = ConfigLoader.load(file);
        if (!loaded.isValid()) {
            throw new IOException(
                    loaded.problems().stream()
                            .map(Object::toString)
                            .collect(Collectors.joining("\n")));
        }
        return loaded.sites();
    }

    private static ServerOptions server(NodeSettings settings) throws IOException {
        ServerOptions options =
                ServerOptions.plain(settings.listen().socketAddress())
                        .withLimits(limits(settings.limits()))
                        .withRefusals(CacheStatus.ofRefusals(settings.name()));
        if (settings.ioThreads() > 0) {
            options = options.withIoThreads(settings.ioThreads());
        }
        NodeSettings.Tls tls = settings.tls();
        return tls == null
                ? options
                : options.withTls(
                        tls.listen().socketAddress(),
                        TlsIdentity.load(tls.certificate(), tls.key()));
    }

    private static ServerLimits limits(Limits limits) {
        ServerLimits defaults = ServerLimits.DEFAULT;
        return defaults.withHead(
                        limits.requestLineBytes(),
                        limits.requestLineBytes() + limits.headerBytes(),
                        limits.headerCount())
                .withBody(
                        limits.bodyBytes(),
                        limits.stallTimeout(),
                        defaults.bodyMinimumRate(),
                        defaults.bodyGrace())
                .withTimeouts(limits.requestTimeout(), limits.idleTimeout(), limits.stallTimeout())
                .withConnections(limits.connections());
    }
}
