package dev.skerry.testkit;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Opens once and stays open. Whoever awaits it fails with its name when it does not open in time.
 */
public final class Gate {
    private final String name;
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** A closed gate; the name is what a failed wait prints. */
    public Gate(String name) {
        this.name = name;
    }

    /** Lets everybody through, now and later. */
    public void open() {
        opened.countDown();
    }

    /** Whether it is open. */
    public boolean isOpen() {
        return opened.getCount() == 0;
    }

    /** Whether it is closed and somebody has come to it. */
    public boolean holdsSomebody() {
        return arrived.getCount() == 0 && !isOpen();
    }

    /**
     * Waits until the gate is open.
     *
     * @throws AssertionError after 30 seconds
     */
    public void await() throws InterruptedException {
        arrived.countDown();
        bounded(opened, "was not opened");
    }

    /**
     * Waits until somebody waits, or has waited, at this gate.
     *
     * @throws AssertionError after 30 seconds
     */
    public void awaitArrival() throws InterruptedException {
        bounded(arrived, "was not reached by anybody");
    }

    private void bounded(CountDownLatch latch, String complaint) throws InterruptedException {
        if (!latch.await(Limits.WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(
                    "gate '"
                            + name
                            + "' "
                            + complaint
                            + " within "
                            + Limits.WAIT.toSeconds()
                            + " s");
        }
    }
}
