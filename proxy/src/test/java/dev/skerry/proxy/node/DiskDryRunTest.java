package dev.skerry.proxy.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.skerry.config.protocol.DryRunAnswer;
import dev.skerry.config.protocol.DryRunAnswer.Count;
import dev.skerry.config.protocol.DryRunQuestion;
import dev.skerry.config.protocol.DryRunQuestion.Named;
import dev.skerry.config.protocol.PurgeRecord.Mode;
import dev.skerry.config.protocol.PurgeRecord.Scope;
import dev.skerry.testkit.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node says a purge would hit on its disks. */
class DiskDryRunTest extends DiskScene {
    @Test
    void whatIsOnDiskIsCountedAfterARestartToo() throws Exception {
        for (int i = 0; i < 10; i++) {
            origin.on(
                    "/" + i,
                    Reply.ok()
                            .field("Cache-Control", "max-age=1000")
                            .field("Surrogate-Key", i < 4 ? "few" : "many")
                            .body("12345"));
            get("/" + i);
        }
        restart();
        assertEquals(new Count(4, 20, true), disk(new Named(Scope.TAG, "few")));
        assertEquals(new Count(10, 50, true), disk(new Named(Scope.EVERYTHING, "")));
        assertEquals(
                new Count(2, 10, true),
                disk(
                        new Named(Scope.URL, "shop.example/7"),
                        new Named(Scope.URL, "shop.example/8"),
                        new Named(Scope.URL, "shop.example/none")));
    }

    private Count disk(Named... purges) throws Exception {
        DryRunQuestion question = new DryRunQuestion("default", Mode.HARD, 0, 0, List.of(purges));
        DryRunAnswer answer = DryRunAnswer.parse(node.answer(question.json()));
        assertEquals(0, answer.memory().objects());
        return answer.disk();
    }
}
