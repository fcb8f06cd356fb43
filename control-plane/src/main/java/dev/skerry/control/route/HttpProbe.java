package dev.skerry.control.route;

import dev.skerry.cache.http.FieldList;
import dev.skerry.config.CompiledSite;
import dev.skerry.config.HostPattern;
import dev.skerry.config.SiteTable;
import dev.skerry.control.fleet.FleetNode;
import dev.skerry.net.client.ClientFailure;
import dev.skerry.net.client.HttpClient;
import dev.skerry.net.dns.Resolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks an edge for something that it answers itself: a {@code HEAD /} whose {@code CDN-Loop} names
 * the edge and nobody else. Any response says that it is alive, but one that says that it cannot
 * serve (5xx).
 *
 * <p>The host is the first name of the sites. An edge whose URL has a name of its own around it is
 * looked up by that; one whose URL is nothing but {@code {host}} is asked where its control stream
 * came from.
 */
final class HttpProbe implements EdgeHealth.Probe {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int SERVER_ERROR = 500;
    private static final HttpClient.Timeouts TIMEOUTS =
            new HttpClient.Timeouts(PATIENCE, PATIENCE, PATIENCE, PATIENCE);

    /** When no site has a name, any name will do: the edge does not come to look for its site. */
    private static final String NO_HOST = "localhost";

    private final HttpClient client;
    private final Resolver resolver;
    private final Supplier<SiteTable> sites;

    HttpProbe(HttpClient client, Resolver resolver, Supplier<SiteTable> sites) {
        this.client = client;
        this.resolver = resolver;
        this.sites = sites;
    }

    @Override
    public boolean answers(FleetNode node, EdgeUrl url) {
        String site = firstHost();
        String host = url.name(site == null ? NO_HOST : site);
        InetAddress address = address(node, url, host, site != null);
        if (address == null) {
            return false;
        }
        String authority = url.port() > 0 ? host + ":" + url.port() : host;
        FieldList fields =
                FieldList.of(
                        "Host",
                        authority,
                        "User-Agent",
                        "skerry-router",
                        "CDN-Loop",
                        "skerry;node=" + node.name());
        HttpClient.Request request =
                new HttpClient.Request(
                        "HEAD",
                        url.scheme(),
                        host,
                        new InetSocketAddress(address, url.connectPort()),
                        "/",
                        fields,
                        null,
                        0,
                        false,
                        TIMEOUTS,
                        interim -> {});
        try (HttpClient.Response response = client.send(request)) {
            return response.head().status() < SERVER_ERROR;
        } catch (ClientFailure e) {
            return false;
        }
    }

    private @Nullable InetAddress address(FleetNode node, EdgeUrl url, String host, boolean named) {
        if (url.isBare() || (url.ofHost() && !named)) {
            return node.address();
        }
        try {
            return resolver.resolve(host).getFirst();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private @Nullable String firstHost() {
        for (CompiledSite site : sites.get().sites()) {
            for (HostPattern host : site.site().hosts()) {
                if (host.kind() == HostPattern.Kind.EXACT) {
                    return host.name();
                }
            }
        }
        return null;
    }
}
