"""What trainees read on pages of courses, in English, Hindi and Marathi. The language is chosen on the page and kept in the session."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

NAMES = {"en": "English", "hi": "हिन्दी", "mr": "मराठी"}
_CHOSEN = "training_language"

WORDS: dict[str, tuple[str, str, str]] = {
    "enter": ("Enter the training range", "प्रशिक्षण रेंज में प्रवेश करें", "प्रशिक्षण रेंजमध्ये प्रवेश करा"),
    "enter_why": (
        "Your instructor gave you a card with a code. Type your e-mail address and the code.",
        "आपके प्रशिक्षक ने आपको कोड वाला कार्ड दिया है। अपना ई-मेल पता और कोड लिखें।",
        "तुमच्या प्रशिक्षकांनी तुम्हाला कोड असलेले कार्ड दिले आहे. तुमचा ई-मेल पत्ता आणि कोड लिहा.",
    ),
    "email": ("E-mail address", "ई-मेल पता", "ई-मेल पत्ता"),
    "code": ("Code on your card", "कार्ड पर लिखा कोड", "कार्डवरील कोड"),
    "enter_button": ("Enter", "प्रवेश करें", "प्रवेश करा"),
    "wrong": (
        "The e-mail address and the code do not belong together",
        "ई-मेल पता और कोड मेल नहीं खाते",
        "ई-मेल पत्ता आणि कोड जुळत नाहीत",
    ),
    "instructors": ("Instructors sign in here", "प्रशिक्षक यहाँ साइन इन करें", "प्रशिक्षकांनी येथे साइन इन करावे"),
    "my_course": ("My course", "मेरा पाठ्यक्रम", "माझा अभ्यासक्रम"),
    "tests": ("Tests", "परीक्षण", "चाचण्या"),
    "before": ("Test before the course", "पाठ्यक्रम से पहले का परीक्षण", "अभ्यासक्रमापूर्वीची चाचणी"),
    "after": ("Test after the course", "पाठ्यक्रम के बाद का परीक्षण", "अभ्यासक्रमानंतरची चाचणी"),
    "begin": ("Begin", "शुरू करें", "सुरू करा"),
    "go_on": ("Go on", "जारी रखें", "पुढे जा"),
    "hand_in": ("Hand in", "जमा करें", "जमा करा"),
    "test_why": (
        "One answer to each question. You can hand in once; a question without an answer counts as not right.",
        "हर प्रश्न का एक उत्तर। आप एक ही बार जमा कर सकते हैं; बिना उत्तर का प्रश्न सही नहीं गिना जाता।",
        "प्रत्येक प्रश्नाला एक उत्तर. तुम्ही एकदाच जमा करू शकता; उत्तर नसलेला प्रश्न बरोबर धरला जात नाही.",
    ),
    "right": ("right", "सही", "बरोबर"),
    "of": ("of", "में से", "पैकी"),
    "question": ("Question", "प्रश्न", "प्रश्न"),
    "exercises": ("Exercises", "अभ्यास", "सराव"),
    "certificate": ("Certificate", "प्रमाणपत्र", "प्रमाणपत्र"),
    "open": ("Open", "खोलें", "उघडा"),
    "not_yet": ("Not taken yet", "अभी नहीं दिया", "अजून दिलेली नाही"),
    "under_way": ("Begun", "शुरू किया", "सुरू केली"),
    "no_course": (
        "You are in no course at the moment. Ask your instructor.",
        "आप अभी किसी पाठ्यक्रम में नहीं हैं। अपने प्रशिक्षक से पूछें।",
        "तुम्ही सध्या कोणत्याही अभ्यासक्रमात नाही. तुमच्या प्रशिक्षकांना विचारा.",
    ),
    "language": ("Language", "भाषा", "भाषा"),
    "back": ("Back to my course", "मेरे पाठ्यक्रम पर वापस", "माझ्या अभ्यासक्रमाकडे परत"),
    "attended": ("Sessions attended", "उपस्थित सत्र", "उपस्थित सत्रे"),
}  # fmt: skip
_PLACE = {"en": 0, "hi": 1, "mr": 2}


def language_of(request: HttpRequest) -> str:
    """The language that was chosen (`?language=`), which is kept; English at first."""
    asked = request.GET.get("language", "")
    if asked in NAMES and asked != request.session.get(_CHOSEN):
        request.session[_CHOSEN] = asked
    chosen = request.session.get(_CHOSEN, "en")
    return chosen if chosen in NAMES else "en"


def words_in(language: str) -> dict[str, str]:
    """Every word by its name, in a language."""
    return {name: texts[_PLACE[language]] for name, texts in WORDS.items()}


def spoken(request: HttpRequest) -> dict[str, Any]:
    """Context of a trainee's page: `language`, `languages`, `words`."""
    language = language_of(request)
    return {"language": language, "languages": NAMES.items(), "words": words_in(language)}
