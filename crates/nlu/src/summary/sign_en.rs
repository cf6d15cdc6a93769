//! The signs of a clause in English, lower case, without marks at its ends.

/// One pattern for each of [`Does`](super::sign::Does), in its order. White space in them is not significant. The
/// word boundaries are those of ASCII, which keeps the automaton fast on mixed text.
pub(super) const PATTERNS: [&str; 16] = [
    // Courtesy
    r"^(?: (?: (?:hi+|hello|helo|hey|hai|dear|thanks|thank\syou|thank\su|thx|ok|okay)(?:\s[a-z]{2,12})?
        | good\s(?:morning|afternoon|evening|day|plans?)|morning|there|all|team|sir|madam|maam|so\smuch|very\smuch|a\slot|again|many|very
        | for\s(?:your|the|all|all\sof\syour|all\syour)\s(?:help|assistance|time|support|patience|message|reply)|for\s(?:waiting|contacting\sus|reaching\sout|asking)
        | sure|great|perfect|fine|cool|alright|all\sright|yes|yeah|yep|no|nope|please|welcome|bye+|goodbye|noted|done
        | have\sa\s(?:nice|great|good|lovely)\s(?:day|one|evening|weekend)|you\stoo|sorry(?:\s(?:about\s(?:that|this)|to\shear\sthat))?|i(?:'m|\sam)\ssorry(?:\sabout\s(?:that|this|the\sdelay)|\sto\shear\sthat)?
        | no\sproblem|no\sworries|you(?:'re|\sare)(?:\s(?:very|most))?\swelcome|i\ssee|got\sit|understood|awesome|wonderful|excellent|nice|good|right|well|and|the|now|then|how\sare\syou
        | (?:is\s)?(?:anyone|anybody|someone)\s(?:there|here)|glad\sto\s(?:hear\sthat|help)|my\spleasure|of\scourse|certainly|absolutely|excuse\sme|one\smoment|just\sa\s(?:moment|minute|second)
        )(?:[\s\p{P}]+|$) )+$",
    // Request
    r"(?-u:\b)(?: i(?:'d|d|\swould)?\s(?:also\s|really\s|just\s)?(?:want|need|wish|like\sto|demand|request)(?-u:\b)|i(?:'m|m|\sam)\s(?:looking|trying|calling|writing|contacting)
        |(?:can|could|would|may)\s(?:you|i|we|someone|somebody|u)(?-u:\b)|will\syou(?-u:\b)|please(?-u:\b)|pls(?-u:\b)|help\s(?:me|with)(?-u:\b)|how\s(?:do|can|to|would|should|does)(?-u:\b)|let\sme\sknow|tell\sme|give\sme|send\sme
        |is\sthere\s(?:any|a)\sway|is\sit\spossible|want\sto|need\sto|would\slike|looking\sfor|wanna|talk\sto|speak\s(?:to|with)|to\sbe\ssent|my\smoney\sback
        |why\s(?:do|did|is|was|am|are|have|has|does|would|can't)(?-u:\b) )|^(?:cancel|refund|change|book|send|replace|block|return|update|fix|stop|buy|check|add|remove)(?-u:\b)",
    // Question
    r"^(?:and\s|so\s|but\s|ok\s|also\s)?(?: (?:what|when|where|who|whom|whose|which|why|how)(?-u:\b)|(?:is|are|am|was|were|do|does|did|can|could|will|would|should|shall|may|has|have|had)\s(?:you|i|we|it|there|my|the|this|that|they|he|she|your|anybody|anyone|someone|somebody|any)(?-u:\b) )
        |(?-u:\b)(?:can|could)\s(?:you|i|we)(?-u:\b)|or\snot$",
    // Problem
    r"(?-u:\b)(?: not\s(?:working|here|arrived|received|been|able|yet|come|the|what|happy|right|show|turn|charg)|(?:is|does|did|has|have|had|was|ca|could|wo|would|do)n'?t|cannot|can\snot|unable|broken|broke|missing|lost|stolen|wrong|late|delayed|damaged|faulty|defective
        |stopped|twice|errors?|invalid|fail(?:ed|s|ing)?|never|still|crack(?:ed)?|expired|crash(?:es|ed|ing)?|stuck|overcharged|scam|nobody|no\sone|supposed\sto|too\s(?:late|slow|small|big|expensive|long|short)|problems?|issues?|locked|leak(?:s|ing)? )(?-u:\b)",
    // Will
    r"(?: 'll|(?-u:\b)will|(?-u:\b)shall|going\sto )\s|(?-u:\b)(?: should\s(?:be|arrive|see|receive|get|appear|reach|have)|i\s(?:promise|guarantee)|we\s(?:promise|guarantee)|(?:is|are)\s(?:scheduled|expected|due)\s
        |by\s(?:tomorrow|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|the\send\sof|noon|next)|within\s(?:the\snext\s)?(?:\d|one|two|three|a\s|an\s|twenty|24|48|few) )",
    // Done
    r"(?-u:\b)(?: (?:i|we)(?:'ve|\shave)?(?:\s(?:just|already|now|also|gone\sahead\sand))?|(?:has|have)(?:\s(?:just|already|now|also))?\sbeen|is\snow|are\snow|was|were )\s
        (?:issued|ordered|asked|sent|arranged|booked|cancell?ed|refunded|processed|submitted|created|opened|updated|changed|scheduled|requested|applied|added|credited|escalated|forwarded|placed|removed|reset|blocked|upgraded|filed|registered|replaced|reported|waived|extended|unlocked|activated|confirmed|reserved|shipped|dispatched)(?-u:\b)
        |you(?:'re|\sare)\s(?:all\sset|booked|confirmed)",
    // NoPromise
    r"(?: 'll|(?-u:\b)will )\s(?:be\s(?:happy|glad|with\syou|able)|need|have\sto|find|want|depend|not(?-u:\b))|(?-u:\b)(?: will\syou|would|should\s(?:you|i)|happy\sto|won't|can\stake|usually|normally|typically )(?-u:\b)
        |(?:i|we)(?:'ll|\swill)\s(?:just\s)?(?:check|look|see|have\sa\slook)(?:\s(?:that|this|it|into\s(?:that|this|it)))?(?:\sfor\syou)?$|when\syou\swill|will\si(?-u:\b)",
    // Condition
    r"^(?:if|once|unless|provided|as\ssoon\sas|after|when)(?-u:\b)",
    // Hold
    r"(?-u:\b)(?: (?:one|a|just\sa)\s(?:moment|minute|second|sec)|hold\son|bear\swith|let\sme\s(?:check|look|see|find|pull|ask)|please\swait|(?:look|looking)\sinto|(?:i|we)(?:'ll|\swill)\s(?:check|look|find\sout|ask|get\sback)|not\ssure
        |i\sdon't\sknow|allow\sme|get\sback\sto\syou|transfer(?:ring)?\syou|thank\syou\sfor\syour\smessage|in\sthe\squeue )(?-u:\b)",
    // Thanks
    r"(?-u:\b)(?:thanks|thank|thankyou|thx|thanx|appreciate|cheers|ty)(?-u:\b)",
    // Outcome
    r"(?-u:\b)(?: (?:it|that|this|everything|which)(?:'s)?\s(?:now\s)?(?:works|worked|working|is\sworking|did\sit|did\sthe\strick|helped|solved|fixed)|works\s(?:now|fine|again|perfectly)|working\s(?:now|again)|(?:is|was|got|been)\s(?:now\s)?(?:resolved|fixed|solved|sorted)
        |problem\ssolved|all\s(?:good|set|sorted|fine)|i(?:'ve|\shave)?\s(?:got|received)\s(?:it|the|my)|i(?:'m|\sam)\sin|i\scan\s.{2,30}\snow$|received\sit )(?-u:\b)",
    // NoOutcome
    r"(?-u:\b)(?: not|never|still|no\slonger|if|when|until|but|hope|nothing|why|how|does|did|will )(?-u:\b)|n't(?-u:\b)",
    // NothingElse
    r"(?-u:\b)(?: that(?:'s|s|\sis|\swill\sbe)\s(?:all|it)(?-u:\b)|nothing\s(?:else|more)|nothing$|no\smore\s(?:questions|help)|you\scan\send|that'll\sbe\sall )|^no[,\s]+(?:thanks|thank\syou|thank)",
    // Again
    r"(?-u:\b)(?: again|still|already\s(?:told|said|asked)|(?:second|third|fourth|fifth)\stime|answer\smy\squestion|i\s(?:asked|said)|as\si\ssaid|keeps?|repeat )(?-u:\b)",
    // Offer
    r"(?-u:\b)(?: anything\selse|(?:how|what)\s(?:can|may|could)\si\s(?:help|do|assist)|can\si\shelp|may\si\shelp|happy\sto\shelp|further\sassistance )(?-u:\b)",
    // Person
    r"(?-u:\b)(?: (?:talk|speak|chat)\s(?:to|with)\s(?:a|an|some|any|the)|(?:real|live)\s(?:person|human|agent)|human|representative )(?-u:\b)",
];
