"""Invented sales of one part, declarations that follow some of them, and the part recovered."""

from __future__ import annotations

from pathlib import Path

PART = "STM32F765VIT6"

COMPONENTS = (
    "component_id,weapon,marking_raw,part_number,manufacturer,manufacturer_country,date_code,lot,"
    "serials,recovered_on,recovered_place,custody,attribution_basis,confidence,source\n"
    f"R-17,Winged missile X-1,,{PART},STMicroelectronics,CH,2230,GQ22,,2024-03-05,Field 14,"
    "Sealed bag 42,fragment of the same hull,high,protocol 17\n"
    "R-18,Winged missile X-1,,ZZQ9999XK,,,2230,,,2024-03-05,Field 14,,,,\n"
    "R-19,Winged missile X-1,,,,,,GQ22,,2024-03-05,Field 14,,,,\n"
    "R-20,Winged missile X-1,,,,,,,,2024-03-05,Field 14,,,,\n"
)

SALES = (
    "sale_id,date,part_number,lot,date_code,serials,quantity,customer,ship_to,country,invoice\n"
    f"S1,2023-01-05,{PART},GQ22,2230,,1000,Hongda Trading Ltd,,HK,INV-1\n"
    f"S2,2023-02-10,{PART},GQ22,2230,,500,Brim General Trading LLC,,AE,INV-2\n"
    f"S3,2023-03-15,{PART},GQ22,2230,,100,Oakfield Instruments GmbH,,DE,INV-3\n"
    f"S4,2023-04-20,{PART},AB11,2240,,200,Kettle & Sons Ltd,,GB,INV-4\n"
    f"S5,2023-05-20,{PART},GQ22,2230,,50,HONGDA TRADING LIMITED,,HK,INV-5\n"
    "S6,2023-05-21,LM2575T,XX,2230,,50,Somebody Else,,FR,INV-6\n"
)

_HEADER = (
    "shipment_id,line_no,date,exporter,exporter_country,consignee,consignee_country,"
    "export_country,destination_country,hs_code,part_number,quantity,unit\n"
)
SHIPMENTS = _HEADER + (
    # The delivery of S1, and on by way of Türkiye.
    "A1,1,2023-01-10,Formosa Parts Co Ltd,TW,Hongda Trading Ltd,HK,TW,HK,854231,STM32-F765 VIT6,1000,NAR\n"
    "A2,1,2023-02-01,HONGDA TRADING LIMITED,HK,Bosporus Devre AS,TR,HK,TR,854231,STM32F765VIT6,980,NAR\n"
    "A3,1,2023-02-20,Bosporus Devre AS,TR,Neva Radio OOO,RU,TR,RU,854231,,980,NAR\n"
    # S2 went on to Kazakhstan; nothing is known of what followed.
    "B1,1,2023-03-01,Brim General Trading LLC,AE,Altyn Elektronika TOO,KZ,AE,KZ,854231,,500,NAR\n"
    # Others.
    "C1,1,2023-03-02,Elsewhere Inc,US,Somebody SA,FR,US,FR,854231,OTHER1,70,NAR\n"
    "C2,1,2024-01-02,Elsewhere Inc,US,Somebody SA,FR,US,FR,080810,,70,KGM\n"
)

LISTED = "name,alias,record_id,kind,country,address,listed_from,listed_to\n" + (
    "Hongda Trading Ltd,,L-1,organization,HK,,2023-03-01,\n"
    "Unrelated Widgets Holding,,L-2,organization,RU,,2020-01-01,\n"
)


def written(folder: Path) -> dict[str, Path]:
    """The files of the story."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, text in (
        ("components", COMPONENTS),
        ("sales", SALES),
        ("shipments", SHIPMENTS),
        ("listed", LISTED),
    ):
        files[name] = folder / f"{name}.csv"
        files[name].write_text(text, "utf-8")
    return files
