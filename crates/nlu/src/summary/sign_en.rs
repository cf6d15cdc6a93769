//! The signs of a clause in English, lower case, without marks at its ends.

/// One pattern for each of [`Does`](super::sign::Does), in its order. White space in them is not significant: `[ ]` is a
/// space. The word boundaries are those of ASCII, which keeps the automaton fast on mixed text.
pub(super) const PATTERNS: [&str; 15] = [
    // Courtesy
    r"^(?: (?: (?:hi+|hello|helo|hey|hai|dear|thanks|thank[ ]you|thank[ ]u|thx|ok|okay)(?:[ ][a-z]{2,12})?
        | good[ ](?:morning|afternoon|evening|day|plans?)|morning|there|all|team|sir|madam|maam|so[ ]much|very[ ]much|a[ ]lot|again|many|very
        | for[ ](?:your|the|all|all[ ]of[ ]your|all[ ]your)[ ](?:help|assistance|time|support|patience|message|reply)|for[ ](?:waiting|contacting[ ]us|reaching[ ]out|asking)
        | sure|great|perfect|fine|cool|alright|all[ ]right|yes|yeah|yep|no|nope|please|welcome|bye+|goodbye|noted|done
        | have[ ]a[ ](?:nice|great|good|lovely)[ ](?:day|one|evening|weekend)|you[ ]too|sorry(?:[ ](?:about[ ](?:that|this)|to[ ]hear[ ]that))?|i(?:'m|[ ]am)[ ]sorry(?:[ ]about[ ](?:that|this|the[ ]delay)|[ ]to[ ]hear[ ]that)?
        | no[ ]problem|no[ ]worries|you(?:'re|[ ]are)(?:[ ](?:very|most))?[ ]welcome|i[ ]see|got[ ]it|understood|awesome|wonderful|excellent|nice|good|right|well|and|the|now|then|how[ ]are[ ]you
        | (?:is[ ])?(?:anyone|anybody|someone)[ ](?:there|here)|glad[ ]to[ ](?:hear[ ]that|help)|my[ ]pleasure|of[ ]course|certainly|absolutely|excuse[ ]me|one[ ]moment|just[ ]a[ ](?:moment|minute|second)
        )(?:[\s\p{P}]+|$) )+$",
    // Request
    r"(?-u:\b)(?: i(?:'d|d|[ ]would)?[ ](?:also[ ]|really[ ]|just[ ])?(?:want|need|wish|like[ ]to|demand|request)(?-u:\b)|i(?:'m|m|[ ]am)[ ](?:looking|trying|calling|writing|contacting)
        |(?:can|could|would|may)[ ](?:you|i|we|someone|somebody|u)(?-u:\b)|will[ ]you(?-u:\b)|please(?-u:\b)|pls(?-u:\b)|help[ ](?:me|with)(?-u:\b)|how[ ](?:do|can|to|would|should|does)(?-u:\b)|let[ ]me[ ]know|tell[ ]me|give[ ]me|send[ ]me
        |is[ ]there[ ](?:any|a)[ ]way|is[ ]it[ ]possible|want[ ]to|need[ ]to|would[ ]like|looking[ ]for|wanna|talk[ ]to|speak[ ](?:to|with)|to[ ]be[ ]sent|my[ ]money[ ]back
        |why[ ](?:do|did|is|was|am|are|have|has|does|would|can't)(?-u:\b) )|^(?:cancel|refund|change|book|send|replace|block|return|update|fix|stop|buy|check|add|remove)(?-u:\b)",
    // Question
    r"^(?:and[ ]|so[ ]|but[ ]|ok[ ]|also[ ])?(?: (?:what|when|where|who|whom|whose|which|why|how)(?-u:\b)|(?:is|are|am|was|were|do|does|did|can|could|will|would|should|shall|may|has|have|had)[ ](?:you|i|we|it|there|my|the|this|that|they|he|she|your|anybody|anyone|someone|somebody|any)(?-u:\b) )
        |(?-u:\b)(?:can|could)[ ](?:you|i|we)(?-u:\b)|or[ ]not$",
    // Problem
    r"(?-u:\b)(?: not[ ](?:working|here|arrived|received|been|able|yet|come|the|what|happy|right|show|turn|charg)|(?:is|does|did|has|have|had|was|ca|could|wo|would|do)n'?t|cannot|can[ ]not|unable|broken|broke|missing|lost|stolen|wrong|late|delayed|damaged|faulty|defective
        |stopped|twice|errors?|invalid|fail(?:ed|s|ing)?|never|still|crack(?:ed)?|expired|crash(?:es|ed|ing)?|stuck|overcharged|scam|nobody|no[ ]one|supposed[ ]to|too[ ](?:late|slow|small|big|expensive|long|short)|problems?|issues?|locked|leak(?:s|ing)? )(?-u:\b)",
    // Will
    r"(?: 'll|(?-u:\b)will|(?-u:\b)shall|going[ ]to )[ ]|(?-u:\b)(?: should[ ](?:be|arrive|see|receive|get|appear|reach|have)|i[ ](?:promise|guarantee)|we[ ](?:promise|guarantee)|(?:is|are)[ ](?:scheduled|expected|due)[ ]
        |by[ ](?:tomorrow|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|the[ ]end[ ]of|noon|next)|within[ ](?:the[ ]next[ ])?(?:\d|one|two|three|a[ ]|an[ ]|twenty|24|48|few) )",
    // Done
    r"(?-u:\b)(?: (?:i|we)(?:'ve|[ ]have)?(?:[ ](?:just|already|now|also|gone[ ]ahead[ ]and))?|(?:has|have)(?:[ ](?:just|already|now|also))?[ ]been|is[ ]now|are[ ]now|was|were )[ ]
        (?:issued|ordered|asked|sent|arranged|booked|cancell?ed|refunded|processed|submitted|created|opened|updated|changed|scheduled|requested|applied|added|credited|escalated|forwarded|placed|removed|reset|blocked|upgraded|filed|registered|replaced|reported|waived|extended|unlocked|activated|confirmed|reserved|shipped|dispatched)(?-u:\b)
        |you(?:'re|[ ]are)[ ](?:all[ ]set|booked|confirmed)",
    // NoPromise
    r"(?: 'll|(?-u:\b)will )[ ](?:be[ ](?:happy|glad|with[ ]you|able)|need|have[ ]to|find|want|depend|not(?-u:\b))|(?-u:\b)(?: will[ ]you|would|should[ ](?:you|i)|happy[ ]to|won't|can[ ]take|usually|normally|typically )(?-u:\b)
        |(?:i|we)(?:'ll|[ ]will)[ ](?:just[ ])?(?:check|look|see|have[ ]a[ ]look)(?:[ ](?:that|this|it|into[ ](?:that|this|it)))?(?:[ ]for[ ]you)?$|when[ ]you[ ]will|will[ ]i(?-u:\b)",
    // Condition
    r"^(?:if|once|unless|provided|as[ ]soon[ ]as|after|when)(?-u:\b)",
    // Hold
    r"(?-u:\b)(?: (?:one|a|just[ ]a)[ ](?:moment|minute|second|sec)|hold[ ]on|bear[ ]with|let[ ]me[ ](?:check|look|see|find|pull|ask)|please[ ]wait|(?:look|looking)[ ]into|(?:i|we)(?:'ll|[ ]will)[ ](?:check|look|find[ ]out|ask|get[ ]back)|not[ ]sure
        |i[ ]don't[ ]know|allow[ ]me|get[ ]back[ ]to[ ]you|transfer(?:ring)?[ ]you|thank[ ]you[ ]for[ ]your[ ]message|in[ ]the[ ]queue )(?-u:\b)",
    // Thanks
    r"(?-u:\b)(?:thanks|thank|thankyou|thx|thanx|appreciate|cheers|ty)(?-u:\b)",
    // Outcome
    r"(?-u:\b)(?: (?:it|that|this|everything|which)(?:'s)?[ ](?:now[ ])?(?:works|worked|working|is[ ]working|did[ ]it|did[ ]the[ ]trick|helped|solved|fixed)|works[ ](?:now|fine|again|perfectly)|working[ ](?:now|again)|(?:is|was|got|been)[ ](?:now[ ])?(?:resolved|fixed|solved|sorted)
        |problem[ ]solved|all[ ](?:good|set|sorted|fine)|i(?:'ve|[ ]have)?[ ](?:got|received)[ ](?:it|the|my)|i(?:'m|[ ]am)[ ]in|i[ ]can[ ].{2,30}[ ]now$|received[ ]it )(?-u:\b)",
    // NoOutcome
    r"(?-u:\b)(?: not|never|still|no[ ]longer|if|when|until|but|hope|nothing|why|how|does|did|will )(?-u:\b)|n't(?-u:\b)",
    // NothingElse
    r"(?-u:\b)(?: that(?:'s|s|[ ]is|[ ]will[ ]be)[ ](?:all|it)(?-u:\b)|nothing[ ](?:else|more)|nothing$|no[ ]more[ ](?:questions|help)|you[ ]can[ ]end|that'll[ ]be[ ]all )|^no[, ]+(?:thanks|thank[ ]you|thank)",
    // Again
    r"(?-u:\b)(?: again|still|already[ ](?:told|said|asked)|(?:second|third|fourth|fifth)[ ]time|answer[ ]my[ ]question|i[ ](?:asked|said)|as[ ]i[ ]said|keeps?|repeat )(?-u:\b)",
    // Offer
    r"(?-u:\b)(?: anything[ ]else|(?:how|what)[ ](?:can|may|could)[ ]i[ ](?:help|do|assist)|can[ ]i[ ]help|may[ ]i[ ]help|happy[ ]to[ ]help|further[ ]assistance )(?-u:\b)",
];
