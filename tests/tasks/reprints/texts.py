# ruff: noqa: E501
"""Invented articles in several scripts, of four or five paragraphs each."""

TEXTS = {
    "en": """The harbour office of Velmouth wants to close the old ferry pier in spring and move all boats to the new quay north of the fish market, its director told the town council on Tuesday evening.

Engineers had found cracks in eleven of the forty wooden piles during a routine inspection in October, and divers confirmed two weeks later that the damage goes deeper than the first photographs had shown.

Repairs would cost nine million crowns and take longer than building anew, according to a report that the council received before the session and published on its pages shortly afterwards.

Shopkeepers along the promenade fear for their trade, because three of four summer guests arrive by ferry and walk past their windows on the way to the station and the beach.

A decision is expected in the last week of January, when the council votes on the budget for the coming year and on a loan from the regional bank.""",
    "de": """Die Stadtwerke von Brevik wollen das alte Wasserwerk am Mühlbach im kommenden Herbst stilllegen und die Versorgung der westlichen Stadtteile an das Netz der Nachbargemeinde anschließen.

Das teilte die Geschäftsführung am Montag nach einer Sitzung des Aufsichtsrats mit, in der drei Gutachten über den Zustand der Brunnen und der Filteranlage vorgestellt worden waren.

Die Brunnen liefern nur noch halb so viel Wasser wie vor zwanzig Jahren, und eine Sanierung würde nach Angaben der Prüfer mehr kosten als der Bau der elf Kilometer langen Leitung.

Mehrere Anwohner äußerten sich besorgt darüber, dass während der Arbeiten die einzige Zufahrt zur Siedlung über Monate nur in eine Richtung befahrbar sein wird.""",
    "ru": """Городская библиотека Остмарка откроется после ремонта в первую субботу марта, сообщила директор учреждения на встрече с читателями, которая прошла в здании бывшей типографии.

За два года строители заменили крышу, укрепили перекрытия читального зала и вернули на место деревянные шкафы, которые всё это время хранились на складе речного порта.

Больше всего времени ушло на подвал, где после весеннего паводка пришлось заново прокладывать трубы и сушить стены, исписанные пометками архивариусов прошлого века.

Первыми в обновлённые залы войдут школьники, нарисовавшие афиши к открытию, а вечером того же дня в библиотеке обещают концерт и прогулку по хранилищу.""",
    "zh": """海港市议会星期二晚上通过了重建石桥的计划，工程将于明年春天开始，预计需要两年时间才能完成，期间行人和自行车改走上游的临时木桥。

这座桥建于一百二十年前，去年秋天的洪水冲走了三个桥墩旁边的石块，工程师随后发现中间的拱已经下沉了四厘米，于是禁止卡车通行。

市政府估计费用约为九百万元，其中三分之一由省里承担，其余部分来自贷款和居民捐款，反对者认为修理旧桥就足够了，而且便宜得多。

住在河边的渔民担心施工会影响鱼群，他们要求在产卵季节停止打桩，市长答应下个月与他们见面，并公布水质检查的结果。""",
    "th": """เทศบาลเมืองริมน้ำประกาศเมื่อวันจันทร์ว่าจะปิดตลาดเก่าเพื่อซ่อมหลังคาเป็นเวลาหกเดือน พ่อค้าแม่ค้าจะย้ายไปขายชั่วคราวที่ลานหน้าสถานีรถไฟ

นายช่างตรวจพบว่าคานไม้หลายตัวผุจากน้ำฝนที่รั่วลงมาหลายปี และค่าใช้จ่ายในการซ่อมสูงกว่าที่คาดไว้เกือบสองเท่า

ชาวบ้านบางส่วนกังวลว่าลูกค้าจะหายไป เพราะลานใหม่อยู่ไกลจากท่าเรือและไม่มีที่จอดรถเพียงพอในวันหยุด""",
    "ar": """أعلنت بلدية المدينة الساحلية يوم الاثنين أنها ستغلق السوق القديم ستة أشهر لإصلاح سقفه، وأن الباعة سينتقلون مؤقتا إلى الساحة المقابلة لمحطة القطار.

وقال المهندسون إن عددا من العوارض الخشبية تآكل بفعل مياه الأمطار التي تسربت سنوات طويلة، وإن كلفة الإصلاح تبلغ نحو ضعف ما كان متوقعا في البداية.

ويخشى بعض التجار أن يفقدوا زبائنهم لأن الساحة الجديدة بعيدة عن الميناء ولا توجد فيها مواقف كافية للسيارات في أيام العطل.""",
    "hi": """नगर पालिका ने सोमवार को घोषणा की कि पुराने बाज़ार की छत की मरम्मत के लिए उसे छह महीने तक बंद रखा जाएगा और दुकानदार स्टेशन के सामने वाले मैदान में बैठेंगे।

इंजीनियरों ने बताया कि वर्षों से टपकते पानी के कारण लकड़ी की कई धरन सड़ चुकी हैं और मरम्मत का ख़र्च पहले के अनुमान से लगभग दोगुना होगा।

कुछ व्यापारियों को डर है कि ग्राहक कम हो जाएँगे क्योंकि नया मैदान घाट से दूर है और छुट्टी के दिनों में वहाँ गाड़ियाँ खड़ी करने की जगह नहीं है।""",
}  # fmt: skip
