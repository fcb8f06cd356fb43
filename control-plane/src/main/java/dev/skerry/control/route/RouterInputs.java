package dev.skerry.control.route;

import dev.skerry.config.SiteTable;
import dev.skerry.config.routing.Routing;
import dev.skerry.control.fleet.FleetView;
import dev.skerry.net.client.HttpClient;
import dev.skerry.net.dns.Resolver;
import dev.skerry.net.metrics.Metrics;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a router stands on.
 *
 * @param routingFile the operator's file, read anew when it changes; null for {@code routing}
 * @param routing what holds without a file
 * @param sites the sites now in force; asked for every request, so it must be cheap
 * @param client asks edges whether they are alive
 * @param resolver finds edges that have a name
 * @param nanos the clock of {@link dev.skerry.control.fleet.FleetNode#lastHeardNanos}
 * @param wall the time in the log
 * @param log gets a line of JSON for every request, and is not closed; null for none
 */
public record RouterInputs(
        @Nullable Path routingFile,
        Routing routing,
        Supplier<SiteTable> sites,
        FleetView fleet,
        HttpClient client,
        Resolver resolver,
        Metrics metrics,
        LongSupplier nanos,
        InstantSource wall,
        @Nullable OutputStream log) {}
