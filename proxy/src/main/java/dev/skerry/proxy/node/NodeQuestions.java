package dev.skerry.proxy.node;

import dev.skerry.cache.engine.RefreshPace;
import dev.skerry.cache.engine.TimeSource;
import dev.skerry.config.protocol.DryRunQuestion;
import dev.skerry.config.protocol.MalformedMessage;
import dev.skerry.config.protocol.PaceOrder;
import dev.skerry.config.text.JsonWriter;
import dev.skerry.proxy.explain.NodeExplain;
import dev.skerry.proxy.inventory.NodeDryRun;
import java.util.Map;

/**
 * What a node is asked over its stream: what it would do with a request, what a purge would hit,
 * and to refresh no faster than so. Thread-safe.
 *
 * @param paces by site; for sites that there are
 */
record NodeQuestions(
        NodeExplain explain, NodeDryRun dryRun, Map<String, RefreshPace> paces, TimeSource time) {
    /** Answers with a JSON document. May wait. */
    String answer(String question) {
        if (DryRunQuestion.is(question)) {
            return dryRun.answer(question);
        }
        return PaceOrder.is(question) ? pace(question) : explain.answer(question);
    }

    private String pace(String order) {
        try {
            PaceOrder read = PaceOrder.parse(order);
            RefreshPace pace = paces.get(read.site());
            if (pace == null) {
                throw new MalformedMessage("there is no site '" + read.site() + "' here");
            }
            pace.set(read.intervalNanos(), time.nanoTime());
            return PaceOrder.TAKEN;
        } catch (MalformedMessage e) {
            return new JsonWriter().object().put("problem", e.getMessage()).end().toString();
        }
    }
}
