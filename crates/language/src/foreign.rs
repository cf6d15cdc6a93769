//! Words that give away a language other than English and Chinese in Latin script.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether the word (lower case) holds sentences together, greets or thanks in a language other than English that
/// is written in Latin letters, and is no English word.
pub(crate) fn is_foreign(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS_BY_LANGUAGE.split_whitespace().collect());
    WORDS.contains(word)
}

/// A line each: Spanish, Portuguese, French, Italian, German, Dutch, Swedish, Indonesian and Malay, Vietnamese,
/// Turkish, Polish.
const WORDS_BY_LANGUAGE: &str = "\
    el los las una unos unas del que qué cómo como dónde donde cuándo cuando cuánto cuanto por para con sin pero muy más mas esto esta este está están estoy es soy eres hay tengo tiene quiero quisiera puedo puede necesito mi mis su sus nuestro yo tú usted ustedes nosotros porque también ya aquí hola gracias buenos buenas días favor ayuda pedido devolver devolución reembolso dinero envío compra cuenta contraseña problema hacer
    os um uma não nao sim você voce vocês eu meu minha seu sua isso isto este esta está estou são tem tenho quero queria posso pode preciso onde quando como porque também mas muito obrigado obrigada olá oi bom dia boa por para com sem pelo pela do da dos das no na ao à reembolso conta senha fazer meus
    le les la une des du de et est sont suis avez avons ont je tu il elle nous vous ils mon ma mes votre vos notre nos ce cette ces que qui quoi où quand comment pourquoi combien avec sans dans sur pas ne n'ai plus très bonjour bonsoir salut merci s'il voudrais peux peut puis-je j'ai je c'est n'est qu'est remboursement commande colis livraison compte annuler aidez
    il lo gli uno della dello dei delle di che chi cosa dove quando perché come con senza per ma molto più sono sei è ho hai abbiamo vorrei posso può mio mia miei grazie ciao buongiorno buonasera prego ordine rimborso spedizione pacco ancora ordine voglio
    der die das den dem des ein eine einen einem einer und oder aber nicht kein keine ist sind bin war habe haben hat ich du er sie wir ihr mein meine meinen dein ihre wie wo wann warum was wer welche mit ohne für auf von zu zum zur bei nach aus kann können möchte will bitte danke hallo guten tag bestellung lieferung rückgabe paket geld zurück
    het een en van ik je jij wij zij mijn jouw uw hoe waar wanneer waarom niet geen wel ook maar met zonder voor naar bij kan kunnen wil graag dank hallo bestelling pakket retour terug
    jag du vi ni är och inte det den ett hur var när varför med utan för på till kan vill tack hej min mitt beställning
    saya aku kamu anda kami kita mereka dia apa siapa dimana bagaimana kapan kenapa mengapa berapa yang dan atau dengan tanpa untuk dari ke di pada tidak bukan belum sudah bisa boleh mau ingin ada ini itu terima kasih tolong mohon selamat pagi siang malam pesanan barang uang kembali pengembalian pengiriman akun halo saja juga adalah lagi sama
    tôi bạn anh chị em của là không có được cho với và như thế nào khi đâu sao mấy bao nhiêu muốn cần đơn hàng hoàn tiền xin chào cảm ơn giúp đổi trả
    ben sen biz siz ve bir bu şu için ile ama değil nasıl nerede zaman neden kaç var yok istiyorum siparişim sipariş merhaba teşekkürler lütfen iade kargo
    ja ty my wy jest są nie tak jak gdzie kiedy dlaczego ile mój moja moje chcę mogę proszę dziękuję cześć zamówienie zwrot paczka";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_give_a_language_away() {
        assert!(["hola", "merci", "danke", "terima", "grazie", "obrigado"].into_iter().all(is_foreign));
        assert!(!["hello", "refund", "退款", "tuikuan", ""].into_iter().any(is_foreign));
    }
}
