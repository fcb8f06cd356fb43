package dev.skerry.control.purge;

import dev.skerry.config.protocol.DryRunAnswer.Count;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.control.http.ApiProblem;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Asks back before a hard purge of everything that would be felt: by the origin, which gets what
 * clients ask for in the next second, or later, because so much is lost.
 */
final class Confirmation {
    /** Requests a second to the origin that are felt. */
    static final double FELT_PER_SECOND = 50;

    /** So many responses are missed, whoever asks for them. */
    static final long MANY = 1_000_000;

    /** Up to so many on each node are gone and come back unnoticed. */
    static final long FEW = 1000;

    private static final Duration GLANCE = Duration.ofMillis(500);
    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final DryRuns dryRuns;

    Confirmation(DryRuns dryRuns) {
        this.dryRuns = dryRuns;
    }

    /**
     * Returns when the purge may be carried out.
     *
     * @param confirmed the site that the client has confirmed; null for none
     * @throws ApiProblem 400 when that is another one; 409 when it has to be confirmed first
     */
    void require(PurgeOrder order, @Nullable String confirmed)
            throws ApiProblem, InterruptedException {
        if (confirmed != null) {
            if (!confirmed.equals(order.site())) {
                throw ApiProblem.badRequest(
                        "confirm names the site that is purged, '%s': '%s'"
                                .formatted(order.site(), confirmed));
            }
            return;
        }
        boolean everything =
                order.targets().stream().anyMatch(target -> target.scope() == Scope.EVERYTHING);
        if (order.mode() != Mode.HARD || !everything) {
            return;
        }
        Forecast glance = dryRuns.of(order, Duration.ZERO, FEW, GLANCE);
        if (glance.nodes().stream().noneMatch(Confirmation::hasMore)) {
            return;
        }
        Forecast forecast = dryRuns.of(order, WINDOW, 0, PATIENCE);
        Count all = forecast.memory().plus(forecast.disk());
        double perSecond = forecast.originPerSecond();
        if (perSecond >= FELT_PER_SECOND || all.objects() >= MANY) {
            throw new ApiProblem(409, "To be confirmed", words(order, forecast, all, perSecond));
        }
    }

    private static boolean hasMore(Forecast.Said node) {
        return node.answer() != null && node.answer().memory().objects() >= FEW;
    }

    private static String words(PurgeOrder order, Forecast forecast, Count all, double perSecond) {
        return String.format(
                Locale.ROOT,
                "a hard purge of everything of '%s' would kill %s%,d stored responses (%,d bytes)"
                        + " on %d node%s, and at first cause some %,d requests a second to the"
                        + " origin; nothing was purged. Make it soft, and what is stored is served"
                        + " while it is fetched anew; or confirm it with \"confirm\":\"%1$s\""
                        + " (--confirm %1$s)",
                order.site(),
                all.exact() ? "" : "about ",
                all.objects(),
                all.bytes(),
                forecast.answered(),
                forecast.answered() == 1 ? "" : "s",
                Math.round(perSecond));
    }
}
