package dev.skerry.control.purge;

import dev.skerry.config.protocol.DryRunAnswer;
import dev.skerry.config.protocol.DryRunQuestion;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.control.http.ApiProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Asks nodes what a purge would hit. */
final class DryRuns {
    /** The longest question, in characters: it goes to every node. */
    static final int LONGEST = 256 * 1024;

    private final AskedNodes nodes;

    DryRuns(AskedNodes nodes) {
        this.nodes = nodes;
    }

    /**
     * What a purge would come to.
     *
     * @param window how long nodes watch what is asked for; zero for not at all
     * @param enough how much of memory is counted, and disks not; 0 for all of both
     * @param patience how long they may take in all
     * @throws ApiProblem 400 when it names more than nodes can be asked at once
     */
    Forecast of(PurgeOrder order, Duration window, long enough, Duration patience)
            throws ApiProblem, InterruptedException {
        String question =
                new DryRunQuestion(
                                order.site(),
                                order.mode(),
                                window.toMillis(),
                                enough,
                                order.targets().stream()
                                        .map(target ->
                                                new DryRunQuestion.Named(
                                                        target.scope(), target.value()))
                                        .toList())
                        .json();
        if (question.length() > LONGEST) {
            throw ApiProblem.badRequest(
                    "a dry run names at most some 200 KiB: split it, and add the answers up");
        }
        List<Forecast.Said> said = new ArrayList<>();
        long left = patience.toMillis();
        for (AskedNodes.Asked asked : nodes.ask((role, count) -> question)) {
            said.add(said(asked, left));
            // They were asked together: once one has had all the time, so have the others.
            left = said.getLast().answer() == null ? Math.min(left, 10) : left;
        }
        return new Forecast(said);
    }

    private static Forecast.Said said(AskedNodes.Asked asked, long millis)
            throws InterruptedException {
        try {
            String answer = asked.answer().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
            return new Forecast.Said(asked.name(), asked.role(), DryRunAnswer.parse(answer), null);
        } catch (ExecutionException e) {
            return failed(asked, e.getCause());
        } catch (TimeoutException e) {
            return new Forecast.Said(asked.name(), asked.role(), null, "it did not answer in time");
        } catch (MalformedMessage e) {
            return failed(asked, e);
        }
    }

    private static Forecast.Said failed(AskedNodes.Asked asked, @Nullable Throwable why) {
        String message = why == null ? null : why.getMessage();
        return new Forecast.Said(
                asked.name(), asked.role(), null, message == null ? "it did not answer" : message);
    }
}
