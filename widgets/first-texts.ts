// The texts of the link widgets until their data arrives, which has all texts of its language.

type First = { loading: string; tryAgain: string; unreachable: string };

const first: Readonly<Record<string, First>> = {
  en: {
    loading: "Loading",
    tryAgain: "Try again",
    unreachable: "We could not reach the service. Please try again.",
  },
  de: {
    loading: "Wird geladen",
    tryAgain: "Erneut versuchen",
    unreachable: "Wir konnten den Dienst nicht erreichen. Bitte versuchen Sie es erneut.",
  },
  fr: {
    loading: "Chargement",
    tryAgain: "Réessayer",
    unreachable: "Nous n’avons pas pu joindre le service. Veuillez réessayer.",
  },
  es: {
    loading: "Cargando",
    tryAgain: "Reintentar",
    unreachable: "No hemos podido conectar con el servicio. Inténtelo de nuevo.",
  },
  pt: {
    loading: "Carregando",
    tryAgain: "Tentar novamente",
    unreachable: "Não conseguimos acessar o serviço. Tente novamente.",
  },
  it: {
    loading: "Caricamento",
    tryAgain: "Riprova",
    unreachable: "Non siamo riusciti a raggiungere il servizio. Riprova.",
  },
  nl: {
    loading: "Wordt geladen",
    tryAgain: "Opnieuw proberen",
    unreachable: "We konden de dienst niet bereiken. Probeer het opnieuw.",
  },
  pl: {
    loading: "Wczytywanie",
    tryAgain: "Spróbuj ponownie",
    unreachable: "Nie udało się połączyć z usługą. Spróbuj ponownie.",
  },
  ar: {
    loading: "جارٍ التحميل",
    tryAgain: "إعادة المحاولة",
    unreachable: "تعذّر الوصول إلى الخدمة. يُرجى المحاولة مرة أخرى.",
  },
  ja: {
    loading: "読み込んでいます",
    tryAgain: "もう一度試す",
    unreachable: "サービスに接続できませんでした。もう一度お試しください。",
  },
};

/**
 * The first of `tags` (BCP 47) that we have, else English, with its first texts under the names
 * that they have among all texts.
 */
export function firstWords(tags: readonly string[]): {
  language: string;
  texts: Record<string, string>;
} {
  const language =
    tags.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in first) ?? "en";
  const { unreachable, ...texts } = first[language] as First;
  return {
    language,
    texts: { ...texts, unreachable, offline: unreachable, unavailable: unreachable },
  };
}
