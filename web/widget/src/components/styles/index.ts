import { composer } from "./composer";
import { frame } from "./frame";
import { messages } from "./messages";
import { tokens } from "./tokens";

export const styles = [tokens, frame, messages, composer];
