package dev.skerry.control.route;

import dev.skerry.cache.http.FieldList;
import dev.skerry.cache.http.HttpDate;
import dev.skerry.cache.http.RequestHead;
import dev.skerry.cache.http.ResponseHead;
import dev.skerry.config.CompiledSite;
import dev.skerry.config.Origin;
import dev.skerry.config.SiteTable;
import dev.skerry.config.routing.Routing;
import dev.skerry.net.server.BodySource;
import dev.skerry.net.server.Exchange;
import dev.skerry.net.server.ExchangeHandler;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends clients to their edge. Everything is decided on the I/O thread from tables in memory, so
 * that a redirect costs little more than the exchange itself.
 *
 * <p>The authority of a Location is always the template of an edge (or a site's own origin) with
 * the host that the request asked for, which a site answers to; what follows begins with the slash
 * that the request's target begins with. So no request can make it point elsewhere.
 */
final class Router implements ExchangeHandler {
    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();
    private static final String FIXED = "Cache-Control: no-store\r\nVary: Origin\r\n";
    private static final ByteBuffer FIXED_LINES =
            ByteBuffer.wrap(FIXED.getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();
    private static final String RETRY_SECONDS = "2";

    private final Supplier<SiteTable> sites;
    private final Supplier<RouteTable> tables;
    private final RouterMeters meters;
    private final InstantSource wall;
    private final @Nullable RouteLog log;
    private volatile Now now = new Now(Long.MIN_VALUE, "");

    /** The value of Date for a whole second. */
    private record Now(long second, String date) {}

    /**
     * A router over tables that others keep up to date.
     *
     * @param log null for none
     */
    Router(
            Supplier<SiteTable> sites,
            Supplier<RouteTable> tables,
            RouterMeters meters,
            InstantSource wall,
            @Nullable RouteLog log) {
        this.sites = sites;
        this.tables = tables;
        this.meters = meters;
        this.wall = wall;
        this.log = log;
    }

    /** What one request is about. */
    private record Asked(
            Exchange exchange,
            RouteTable table,
            CompiledSite site,
            String host,
            String target,
            InetAddress client,
            Placement placement,
            long key,
            boolean explained) {
        RequestHead request() {
            return exchange.request();
        }

        boolean isRead() {
            String method = request().method();
            return method.equals("GET") || method.equals("HEAD");
        }
    }

    @Override
    public void handle(Exchange exchange) {
        RequestHead request = exchange.request();
        String host = HostName.of(request.authority());
        CompiledSite site = host == null ? null : sites.get().find(host);
        if (host == null || site == null) {
            plain(exchange, Outcome.UNKNOWN_HOST, 404, "no site has this host\n");
        } else if (CrossOrigin.isPreflight(request)) {
            ResponseHead head = CrossOrigin.preflight(request);
            done(exchange, Outcome.PREFLIGHT, head.status());
            exchange.send(head, null);
        } else if (!request.target().startsWith("/")) {
            plain(exchange, Outcome.REFUSED, 400, "this is not about a resource of a site\n");
        } else {
            route(exchange, site, host);
        }
    }

    private void route(Exchange exchange, CompiledSite site, String host) {
        RequestHead request = exchange.request();
        RouteTable table = tables.get();
        String method = request.method();
        boolean read = method.equals("GET") || method.equals("HEAD");
        OwnParameter.Split own = read ? OwnParameter.split(request.target()) : null;
        String target = own == null ? request.target() : own.target();
        InetAddress client =
                ClientAddress.of(
                        exchange.remoteAddress().getAddress(), request.fields(), table.trusted());
        Asked asked =
                new Asked(
                        exchange,
                        table,
                        site,
                        host,
                        target,
                        client,
                        table.place(client),
                        RouteTable.key(site.site().name(), target),
                        table.state().isDebugToken(request.fields().first(Reason.ASKED)));
        RouteTable.Location location = table.first(asked.placement(), asked.key());
        if (location == null) {
            withoutEdge(asked);
        } else if (own != null && own.list()) {
            list(asked, location);
        } else {
            Edge edge = location.first(asked.key());
            done(asked, Outcome.REDIRECTED, status(asked), location, edge);
            redirect(asked, url(edge, host, target));
        }
    }

    /**
     * What would become of a GET request.
     *
     * @param host as in its Host field
     * @param target path and query, beginning with a slash
     * @param client who asks
     */
    RoutePlan explain(String host, String target, InetAddress client) {
        RouteTable table = tables.get();
        Placement placement = table.place(client);
        String name = HostName.of(host);
        CompiledSite site = name == null ? null : sites.get().find(name);
        if (name == null || site == null) {
            return new RoutePlan(Outcome.UNKNOWN_HOST, null, client, placement, List.of(), null);
        }
        OwnParameter.Split own = OwnParameter.split(target);
        String rest = own == null ? target : own.target();
        long key = RouteTable.key(site.site().name(), rest);
        List<RoutePlan.Candidate> order = order(table, placement, key, name, rest);
        String origin = order.isEmpty() ? originUrl(table, site, rest) : null;
        Outcome outcome = origin == null ? Outcome.UNAVAILABLE : Outcome.ORIGIN;
        return order.isEmpty()
                ? new RoutePlan(outcome, site.site().name(), client, placement, order, origin)
                : new RoutePlan(
                        Outcome.REDIRECTED,
                        site.site().name(),
                        client,
                        placement,
                        order,
                        order.getFirst().url());
    }

    private void redirect(Asked asked, String url) {
        boolean crossOrigin = asked.request().fields().contains("Origin");
        StringBuilder lines = new StringBuilder(url.length() + 96);
        lines.append("Date: ").append(date()).append("\r\n");
        lines.append("Location: ").append(url).append("\r\n");
        if (crossOrigin) {
            lines.append("Access-Control-Allow-Origin: *\r\n");
        }
        if (asked.explained()) {
            lines.append(Reason.FIELD).append(": ").append(reason(asked)).append("\r\n");
        }
        asked.exchange().sendStored(status(asked), FIXED_LINES, lines, EMPTY, () -> {});
    }

    private void list(Asked asked, RouteTable.Location first) {
        List<RoutePlan.Candidate> order = order(asked);
        byte[] body = EdgeList.json(order);
        done(asked, Outcome.LISTED, 200, first, first.first(asked.key()));
        FieldList.Builder fields = fields(asked).add("Content-Type", "application/json");
        asked.exchange()
                .send(new ResponseHead(200, fields.build()), BodySource.of(ByteBuffer.wrap(body)));
    }

    private void withoutEdge(Asked asked) {
        String url = originUrl(asked.table(), asked.site(), asked.target());
        if (url != null) {
            done(asked, Outcome.ORIGIN, status(asked), null, null);
            redirect(asked, url);
            return;
        }
        done(asked, Outcome.UNAVAILABLE, 503, null, null);
        FieldList.Builder fields =
                fields(asked)
                        .add("Retry-After", RETRY_SECONDS)
                        .add("Content-Type", "text/plain; charset=utf-8");
        asked.exchange()
                .send(
                        new ResponseHead(503, fields.build()),
                        BodySource.of(bytes("no edge is available\n")));
    }

    /** Made once a second, whoever comes first. */
    private String date() {
        long second = Math.floorDiv(wall.millis(), 1000L);
        Now made = now;
        if (made.second() != second) {
            made = new Now(second, HttpDate.format(second * 1000));
            now = made;
        }
        return made.date();
    }

    private static @Nullable String originUrl(RouteTable table, CompiledSite site, String target) {
        List<Origin> origins = site.site().origins();
        boolean wanted = table.state().routing().noEdge() == Routing.NoEdge.ORIGIN;
        return wanted && !origins.isEmpty() ? origins.getFirst() + target : null;
    }

    private FieldList.Builder fields(Asked asked) {
        FieldList.Builder fields =
                FieldList.builder()
                        .add("Date", date())
                        .add("Cache-Control", "no-store")
                        .add("Vary", "Origin");
        if (asked.request().fields().contains("Origin")) {
            fields.add("Access-Control-Allow-Origin", "*");
        }
        if (asked.explained()) {
            fields.add(Reason.FIELD, reason(asked));
        }
        return fields;
    }

    private static int status(Asked asked) {
        return asked.isRead() ? 302 : 307;
    }

    private static String url(Edge edge, String host, String target) {
        StringBuilder url = new StringBuilder(host.length() + target.length() + 32);
        edge.url().appendTo(url, host);
        return url.append(target).toString();
    }

    private static String reason(Asked asked) {
        return Reason.of(asked.client(), asked.placement(), order(asked));
    }

    private static List<RoutePlan.Candidate> order(Asked asked) {
        return order(asked.table(), asked.placement(), asked.key(), asked.host(), asked.target());
    }

    private static List<RoutePlan.Candidate> order(
            RouteTable table, Placement placement, long key, String host, String target) {
        List<RoutePlan.Candidate> order = new ArrayList<>();
        for (RouteTable.Location location : table.order(placement, key)) {
            int kilometres = location.kilometres(placement);
            for (Edge edge : location.ring().order(key)) {
                order.add(
                        new RoutePlan.Candidate(
                                edge.name(), location.name(), kilometres, url(edge, host, target)));
            }
        }
        return order;
    }

    private void plain(Exchange exchange, Outcome outcome, int status, String text) {
        done(exchange, outcome, status);
        FieldList fields =
                FieldList.of(
                        "Date",
                        date(),
                        "Cache-Control",
                        "no-store",
                        "Content-Type",
                        "text/plain; charset=utf-8");
        exchange.send(new ResponseHead(status, fields), BodySource.of(bytes(text)));
    }

    private void done(Exchange exchange, Outcome outcome, int status) {
        meters.count(outcome);
        if (log != null) {
            RequestHead request = exchange.request();
            log.log(
                    new RouteLog.Entry(
                            wall.millis(),
                            request.method(),
                            request.authority(),
                            request.target(),
                            outcome,
                            status,
                            null,
                            exchange.remoteAddress().getAddress(),
                            null,
                            null,
                            -1,
                            null,
                            0));
        }
    }

    private void done(
            Asked asked,
            Outcome outcome,
            int status,
            RouteTable.@Nullable Location location,
            @Nullable Edge edge) {
        meters.count(outcome);
        if (log != null) {
            RequestHead request = asked.request();
            log.log(
                    new RouteLog.Entry(
                            wall.millis(),
                            request.method(),
                            request.authority(),
                            request.target(),
                            outcome,
                            status,
                            asked.site().site().name(),
                            asked.client(),
                            asked.placement(),
                            location == null ? null : location.name(),
                            location == null ? -1 : location.kilometres(asked.placement()),
                            edge == null ? null : edge.name(),
                            asked.table().edges()));
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
