/** What is told to the person who gave a command that cannot be done. */
@NullMarked
package dev.skerry.cli.message;

import org.jspecify.annotations.NullMarked;
