"""The words by which notices name a reason, in English and Chinese.

The seven reasons are those of guides for cross-border sellers; the words are those of notices that sellers published
(seller forums and wearesellers.com, read 2026-11-25) and of the platforms' policy pages that these notices link to. A
phrase is as narrow as the wording allows: notices end in boilerplate that names performance, policies and documents
whatever the reason is, and that must not count.
"""

from __future__ import annotations

from isolation.messages import message

# Reason -> number in the guides' list, what it is called.
REASONS = {
    "suspicious-behaviour": (1, message("suspicious behaviour")),
    "related-accounts": (2, message("related accounts: shared computers, networks or addresses, or several accounts")),
    "account-information": (3, message("incorrect or incomplete account information")),
    "poor-performance": (4, message("poor performance: order defects, cancellations, late dispatch")),
    "counterfeit": (5, message("counterfeit goods")),
    "product-safety": (6, message("product quality or safety")),
    "other-breach": (7, message("another breach: banned products, reviews, detail pages")),
}  # fmt: skip

# Reason -> patterns. A space stands for white space of any kind, also where a line was wrapped; `~` for up to forty
# characters of the same sentence.
PHRASES = {
    "suspicious-behaviour": (
        r"suspicious (?:behaviou?r|activit(?:y|ies)|login|sign-?in)",
        r"unusual (?:account |login |sign-?in |selling )?activit(?:y|ies)",
        r"(?:deceptive|fraudulent|illegal)(?:, (?:deceptive|fraudulent|or illegal))*,? (?:or illegal )?(?:activit(?:y|ies)|behaviou?r|conduct)",
        r"may have been (?:compromised|accessed without)",
        r"可疑(?:的)?(?:行为|活动|操作|登录|交易)",
        r"异常(?:的)?(?:行为|活动|登录|操作|交易)",
        r"(?:欺诈|欺骗)(?:性)?(?:的)?(?:活动|行为)",
    ),
    "related-accounts": (
        r"(?:is|are|was|were|be|being|been|closely) (?:related|linked|connected|associated) (?:to|with) (?:an?|another|other|one|more|multiple|several|a different|the)~accounts?",
        r"(?:related|linked|associated|connected|duplicate) (?:selling |seller |amazon |partner )?accounts?",
        r"related to (?:an?other|a different|several|multiple)~(?:account|store|shop|seller)s?",
        r"you (?:have|own|operate|hold|opened|maintain) (?:a separate|a second|another|multiple|several|more than one)~(?:account|store|shop)s?",
        r"(?:multiple|several|more than one|second) (?:selling |seller |amazon )?accounts?",
        r"same (?:device|computer|network|ip address|wi-?fi|mac address)",
        r"multiple (?:ip|mac)(?: and mac)? addresses",
        r"(?:关联|相关联|关联的)(?:账户|帐户|账号|帐号|店铺|卖家)",
        r"(?:与|和)~(?:账户|帐户|账号|帐号|店铺|卖家)~(?:相关联|有关联|存在关联|关联|相关)",
        r"(?:单独的|另一个|另外一个|其他|第二个|多个)(?:亚马逊|销售|卖家)*(?:账户|帐户|账号|帐号|店铺)",
        r"(?:同一|相同|同样)(?:的)?(?:台)?(?:设备|电脑|网络|IP|Wi-?Fi|MAC)",
        r"重复开店",
    ),
    "account-information": (
        r"(?:unable to|could ?n[o']t|could not|cannot|can't|failed to|not able to) (?:successfully )?(?:verify|validate|confirm) (?:your|the|all|some of the)~(?:information|identity|business|address|document|bank|credit card|registration|details)",
        r"(?:information|details|documents?)(?: (?:that )?you (?:have )?(?:provided|submitted))?~(?:is|are|was|were|be|appears? to be) (?:incorrect|incomplete|inaccurate|invalid|inconsistent|out of date|outdated|expired|illegible|missing)",
        r"(?:incorrect|incomplete|inaccurate|inconsistent) (?:account|business|seller|registration|tax|identity) (?:information|details)",
        r"(?:does|do|did) not match (?:the|your)~(?:information|records|registration|documents?|account)",
        r"(?:无法|未能|不能)(?:成功)?(?:验证|核实|确认)(?:您|你|贵|卖家)?~(?:信息|身份|资料|地址|文件|营业执照|证件)",
        r"(?:账户|帐户|卖家|注册|身份|店铺|资质)(?:的)?(?:信息|资料)~(?:不正确|不完整|不准确|不一致|不符|有误|错误|过期|缺失|虚假)",
        r"(?:资料|信息|证件|文件)(?:不完整|不准确|不一致|不符|有误|已过期|造假)",
    ),
    "poor-performance": (
        r"order defect rates?",
        r"(?:late (?:shipment|shipping|dispatch|delivery)|late delivery confirmation|on-time (?:delivery|shipment)) rates?",
        r"(?:pre-?(?:fulfil?ment|shipment|ful-?filment) )?cancel+ation rates?",
        r"valid tracking rates?",
        r"(?:does|do|did|has|have) not (?:meet|met) (?:our|the)~(?:performance|operational|service) (?:targets?|standards?|metrics?|requirements?)",
        r"fail(?:s|ed|ure|ing)? to meet (?:our|the)~(?:performance|operational|service) (?:targets?|standards?|metrics?|requirements?)",
        r"(?:poor|below[- ]standard|unsatisfactory) (?:seller |account |selling )?performance",
        r"订单缺陷率",
        r"(?:迟发|延迟发货|发货延迟|逾期发货|迟发货|延迟出货|晚发货)(?:率)?",
        r"(?:订单|配送前)?取消率",
        r"有效追踪率",
        r"(?:绩效|表现|服务指标)(?:指标)?(?:不佳|不达标|未达标|未达到|低于|未能达到|未满足)",
    ),
    "counterfeit": (
        r"counterfeits?",
        r"in-?authentic(?:ity)?",
        r"(?:not|may not be|might not be) (?:authentic|genuine)",
        r"(?:might|may) be (?:fake|counterfeit)",
        r"fake (?:goods|items?|products?)",
        r"replicas?",
        r"假货|假冒|仿冒|伪造品|仿品|非正品|不是正品|冒牌",
        r"商品(?:的)?真实性",
    ),
    "product-safety": (
        r"(?:product|food|consumer|customer) safety",
        r"unsafe",
        r"safety (?:concerns?|complaints?|incidents?|issues?|reports?|hazards?|test)",
        r"(?:product )?(?:quality|condition) (?:complaints?|issues?|concerns?|problems?)",
        r"not as described",
        r"used sold as new",
        r"(?:product )?recalls?",
        r"(?:产品|商品)(?:的)?(?:安全|质量)(?:问题|投诉|隐患|事故|风险)?",
        r"安全(?:隐患|投诉|事故)",
        r"描述不符|与描述不一致|二手(?:商品)?(?:当|作为)新",
        r"召回",
    ),
    "other-breach": (
        r"(?:restricted|prohibited|banned) (?:products?|items?|goods|listings?)",
        r"not (?:permitted|allowed) (?:for sale|to be sold)",
        r"(?:manipulat(?:e|ed|es|ing|ion)|abus(?:e|ed|ing)|incentivi[sz](?:e|ed|ing)|paid|fake)~(?:reviews?|ratings?)",
        r"reviews? (?:manipulation|abuse)",
        r"(?:misus(?:e|ed|ing)|abus(?:e|ed|ing)|creat(?:ed|ing) duplicate)~(?:detail pages?|listings?|variations?|catalog(?:ue)?)",
        r"code of conduct by ~(?:misusing|manipulating|attempting|contacting|submitting)",
        r"intellectual property",
        r"trademark infring\w+|copyright infring\w+|infring\w+ (?:a |the )?(?:trademark|copyright|patent)",
        r"drop ?shipping policy",
        r"(?:违禁|禁售|禁限售|受限|限制)(?:类)?(?:的)?(?:商品|产品)",
        r"(?:操纵|操控|滥用|刷)(?:商品)?(?:评论|评价|好评|销量)|刷单|虚假交易|虚假评论",
        r"(?:滥用|误用|擅自修改)(?:商品)?(?:详情页|详情页面|变体|listing)",
        r"知识产权|侵权|侵犯~(?:商标|版权|著作权|专利)",
    ),
}  # fmt: skip
